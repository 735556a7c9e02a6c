using ChatOps.Outbox;

namespace ChatOps.Tests.Outbox;

public sealed class SendingOrderTests
{
    private static readonly HashSet<long> Nothing = [];

    [Fact]
    public void Everything_waits_for_the_channel_but_answers_to_a_press() =>
        Ids([Row(1, "create_channel"), Row(2, "show", "a"), Row(3, "invite"), Row(4, "topic")]).ShouldBe([1]);

    [Fact]
    public void Posts_go_one_after_the_other() =>
        Ids([Row(1, "show", "a"), Row(2, "show", "b"), Row(3, "show", "c")]).ShouldBe([1]);

    [Fact]
    public void An_edit_of_one_message_and_a_post_of_another_go_together() =>
        Ids([Row(1, "show", "a", posted: true), Row(2, "show", "b"), Row(3, "show", "c", posted: true)]).ShouldBe([1, 2, 3]);

    [Fact]
    public void Two_states_of_one_message_keep_their_order() =>
        Ids([Row(1, "show", "a", posted: true), Row(2, "show", "a", posted: true)]).ShouldBe([1]);

    [Fact]
    public void A_pin_waits_for_its_own_message_alone() =>
        Ids([Row(1, "show", "a"), Row(2, "pin", "a"), Row(3, "show", "b", posted: true), Row(4, "pin", "c", posted: true)]).ShouldBe([1, 3, 4]);

    [Fact]
    public void An_edit_does_not_wait_for_the_pin_of_its_message() =>
        Ids([Row(1, "pin", "a", posted: true), Row(2, "show", "a", posted: true)]).ShouldBe([1, 2]);

    [Fact]
    public void What_belongs_into_a_thread_waits_for_its_first_message() =>
        Ids([Row(1, "show", "root"), Row(2, "upload") with { ThreadOf = "root" }, Row(3, "topic")]).ShouldBe([1, 3]);

    [Fact]
    public void What_is_under_way_still_holds_up_what_comes_after_it() =>
        SendingOrder.Startable([Row(1, "show", "a"), Row(2, "show", "b"), Row(3, "topic")], new HashSet<long> { 1 }).Select(r => r.Id).ShouldBe([3]);

    [Fact]
    public void Whispers_to_one_person_keep_their_order_and_wait_for_nobody_else() =>
        Ids([Row(1, "show", "a"), Row(2, "ephemeral") with { Recipient = "U1" }, Row(3, "ephemeral") with { Recipient = "U1" }, Row(4, "ephemeral") with { Recipient = "U2" }]).ShouldBe([1, 2, 4]);

    [Fact]
    public void A_channel_is_archived_after_what_was_said_before_and_before_anything_else()
    {
        Ids([Row(1, "show", "a", posted: true), Row(2, "archive"), Row(3, "topic")]).ShouldBe([1]);
        Ids([Row(2, "archive"), Row(3, "topic")]).ShouldBe([2]);
    }

    private static IEnumerable<long> Ids(IReadOnlyList<OpenRow> rows) => SendingOrder.Startable(rows, Nothing).Select(r => r.Id);

    private static OpenRow Row(long id, string kind, string? message = null, bool posted = false) =>
        new() { Id = id, Seq = id, Kind = kind, MessageKey = message, MessageTs = posted ? "1.0" : null, MessageChannel = posted ? "C1" : null };
}
