using ChatOps.Capture;

namespace ChatOps.Tests.Capture;

/// <summary>Which entries follow from what is known of a message.</summary>
public sealed class ChannelMessageTests
{
    private const string Ts = "1795000000.000100";
    private static readonly MessageVersion First = new("", Gone: false, "first", [], "U1");
    private static readonly MessageVersion Edited = new("1795000010.000100", Gone: false, "second", [], "U2");
    private static readonly MessageVersion Deleted = new("1795000020.000100", Gone: true, "", [], Actor: null);

    private static ChannelMessage Known(params MessageVersion[] versions) => new() { Channel = "C1", Ts = Ts, Incident = 7, Author = "U1", Wanted = true, WantedBy = "U3", Versions = versions };

    private static IEnumerable<string> Written(ChannelMessage message, bool lastCall = false) => message.ToWrite("https://x.example/p1", lastCall).Select(w => $"{w.Entry.Kind}|{w.Entry.Actor}|{w.Entry.Text}");

    [Fact]
    public void What_nobody_wants_is_not_written() => Written(Known(First) with { Wanted = false }).ShouldBeEmpty();

    [Fact]
    public void What_belongs_to_no_incident_is_not_written() => Written(Known(First) with { Incident = null }).ShouldBeEmpty();

    [Fact]
    public void What_was_said_changed_and_taken_back_are_three_entries_in_that_order() =>
        Written(Known(Deleted, Edited, First)).ShouldBe(["message|U1|first", "message.edited|U2|Edited to: second", "message.deleted|chatops|Was deleted: second"]);

    [Fact]
    public void Nothing_is_written_while_the_first_words_may_still_come() => Written(Known(Edited, Deleted)).ShouldBeEmpty();

    [Fact]
    public void After_the_last_call_what_is_known_counts_as_the_first_words() => Written(Known(Edited), lastCall: true).ShouldBe(["message|U1|second"]);

    [Fact]
    public void First_words_that_come_after_the_last_call_are_added() =>
        Written(Known(First, Edited with { Written = true }) with { Written = true }).ShouldBe(["message|U1|First written as: first"]);

    [Fact]
    public void What_is_written_is_not_written_again() => Written(Known(First with { Written = true }, Edited with { Written = true }) with { Written = true }).ShouldBeEmpty();

    [Fact]
    public void A_message_of_files_alone_names_them_with_their_links() =>
        Written(Known(First with { Text = "", Files = [new("a.png", "https://x.example/a"), new("b.log", null)] })).ShouldBe(["message|U1|[a.png https://x.example/a, b.log]"]);

    [Fact]
    public void A_message_without_anything_says_so() => Written(Known(First with { Text = "" })).ShouldBe(["message|U1|(no words)"]);
}
