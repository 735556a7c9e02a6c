using ChatOps.Platforms;
using ChatOps.Telemetry;

namespace ChatOps.Tests.Telemetry;

public sealed class SourceCallTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_answer_is_the_value() =>
        (await SourceCall.Try("x", Patience, _ => Task.FromResult(7), CancellationToken.None)).ShouldBe(new SourceAnswer<int>(7, null));

    [Fact]
    public async Task A_source_that_hangs_is_named_with_the_time_even_when_it_does_not_listen()
    {
        var never = new TaskCompletionSource<int>();
        var answer = await SourceCall.Try("shop-platform", Soon, _ => never.Task, CancellationToken.None);
        answer.Answered.ShouldBeFalse();
        answer.Missing.ShouldBe(new NoAnswer("shop-platform", "no answer from shop-platform in 100 ms"));
    }

    [Fact]
    public async Task A_failure_is_named_with_its_reason() =>
        (await SourceCall.Try<int>("the log", Patience, _ => throw new PlatformException("it broke off", CallOutcome.NotDone), CancellationToken.None))
            .Missing!.Sentence.ShouldBe("no answer from the log: it broke off");

    [Fact]
    public async Task A_caller_who_gives_up_is_no_silent_source()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => SourceCall.Try("x", Soon, _ => Task.FromResult(7), gone.Token));
    }

    [Fact]
    public async Task A_fault_of_our_own_is_not_blamed_on_the_source() =>
        await Should.ThrowAsync<InvalidOperationException>(() => SourceCall.Try<int>("x", Patience, _ => throw new InvalidOperationException(), CancellationToken.None));
}
