using System.Text;
using ChatOps.Slack.Dispatch;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Slack.Dispatch;

public sealed class SlackRequestReaderTests
{
    [Theory]
    [InlineData("block_actions", """{"type":"block_actions","trigger_id":"1.2.a","message":{"type":"message","trigger_id":"no"}}""", SlackRequestKind.BlockActions, "1.2.a")]
    [InlineData("view_submission", """{"trigger_id":"1.2.a","view":{"hash":"h","blocks":[{"id":"no"}],"id":"V1"},"type":"view_submission"}""", SlackRequestKind.ViewSubmission, "V1")]
    [InlineData("view_closed", """{"type":"view_closed","view":{"id":"V1","hash":"h"}}""", SlackRequestKind.ViewClosed, "V1:h")]
    [InlineData("message_action", """{"type":"message_action","trigger_id":"1.2.a"}""", SlackRequestKind.MessageShortcut, "1.2.a")]
    [InlineData("shortcut", """{"type":"shortcut","trigger_id":"1.2.a"}""", SlackRequestKind.GlobalShortcut, "1.2.a")]
    public void An_interaction_has_the_key_of_its_kind_from_either_transport(string what, string json, SlackRequestKind kind, string key)
    {
        var posted = SlackRequestReader.ReadPosted(Encoding.UTF8.GetBytes("payload=" + Uri.EscapeDataString(json)), DateTimeOffset.UnixEpoch).Request.ShouldNotBeNull(what);
        var enveloped = SlackRequestReader.ReadEnvelope("interactive", Encoding.UTF8.GetBytes(json), DateTimeOffset.UnixEpoch).Request.ShouldNotBeNull(what);

        (posted.Kind, posted.Key, posted.Format).ShouldBe((kind, key, SlackBodyFormat.Form));
        (enveloped.Kind, enveloped.Key, enveloped.Format).ShouldBe((kind, key, SlackBodyFormat.Json));
    }

    [Fact]
    public void Commands_and_events_have_the_key_of_their_kind()
    {
        Read("token=x&command=%2Fincident&text=a+b&trigger_id=1.2.a").Request.ShouldNotBeNull().ShouldSatisfyAllConditions(
            r => r.Key.ShouldBe("1.2.a"), r => r.Kind.ShouldBe(SlackRequestKind.SlashCommand), r => r.HasTrigger.ShouldBeTrue());
        Read("""{"event":{"event_id":"no"},"event_id":"Ev1","type":"event_callback"}""").Request.ShouldNotBeNull().ShouldSatisfyAllConditions(
            r => r.Key.ShouldBe("Ev1"), r => r.Kind.ShouldBe(SlackRequestKind.Event), r => r.HasTrigger.ShouldBeFalse());
        Read("""{"type":"app_rate_limited","minute_rate_limited":60}""").Request.ShouldNotBeNull().Key.ShouldBe("app_rate_limited:60");
        SlackRequestReader.ReadEnvelope("slash_commands", """{"command":"/i","trigger_id":"3.4.b"}"""u8.ToArray(), default).Request.ShouldNotBeNull().Key.ShouldBe("3.4.b");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"type":"event_callback","event_id":"Ev1" """)]
    [InlineData("""{"type":"event_callback","event_id":"Ev1"} x""")]
    [InlineData("""{"type":"event_callback","event_id":""}""")]
    [InlineData("""{"type":"event_callback","event_id":"a\u0000b"}""")]
    [InlineData("""{"type":"event_callback","event_id":7}""")]
    [InlineData("command=%2Fincident")]
    [InlineData("trigger_id=1.2.a")]
    [InlineData("command=%2Fi&trigger_id=")]
    [InlineData("payload=")]
    [InlineData("payload=%7B%22type")]
    [InlineData("payload=%7")]
    [InlineData("payload=[]")]
    [InlineData("payload={\"type\":\"block_actions\"}")]
    [InlineData("payload={\"type\":\"view_submission\",\"view\":7}")]
    public void What_Slack_never_sends_is_broken(string body) => Read(body).Kind.ShouldBe(SlackReadingKind.Broken);

    [Fact]
    public void An_interaction_of_a_new_type_is_unknown_rather_than_broken() =>
        Read("payload={\"type\":\"block_suggestion\"}").Kind.ShouldBe(SlackReadingKind.Unknown);

    [Fact]
    public void No_body_whatever_throws() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), Gen.Elements("", "{\"type\":\"", "payload=", "payload=%7B%22type%22:", "command=a&trigger_id=").ToArbitrary(), (bytes, start) =>
        {
            SlackRequestReader.ReadPosted((byte[])[.. Encoding.UTF8.GetBytes(start), .. bytes], default);
            SlackRequestReader.ReadEnvelope("interactive", bytes, default);
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_form_value_reads_as_it_was_encoded() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>().Filter(s => !s.Get.Any(char.IsSurrogate)), text =>
        {
            var fields = new FormFields(Encoding.UTF8.GetBytes("a=1&text=" + System.Net.WebUtility.UrlEncode(text.Get) + "&b"));
            return fields.MoveNext() && fields.MoveNext() && fields.Text() == text.Get && fields.MoveNext() && fields.Value.IsEmpty && !fields.MoveNext();
        }).QuickCheckThrowOnFailure();

    private static SlackReading Read(string body) => SlackRequestReader.ReadPosted(Encoding.UTF8.GetBytes(body), DateTimeOffset.UnixEpoch);
}
