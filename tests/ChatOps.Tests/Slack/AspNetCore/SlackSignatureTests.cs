using System.Text;
using ChatOps.Slack.AspNetCore;

namespace ChatOps.Tests.Slack.AspNetCore;

public sealed class SlackSignatureTests
{
    // The example of https://docs.slack.dev/authentication/verifying-requests-from-slack.
    private const string Secret = "8f742231b10e8888abcd99yyyzzz85a5";
    private const string Timestamp = "1531420618";
    private const string Signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    private const string Body =
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

    private static readonly DateTimeOffset Then = DateTimeOffset.FromUnixTimeSeconds(1531420618);
    private readonly SlackSignature signature = new(Secret, TimeSpan.FromMinutes(5));

    [Fact]
    public void Slacks_own_example_is_valid()
    {
        IsValid(Timestamp, Signature, Body, Then).ShouldBeTrue();
        signature.Sign(Timestamp, Encoding.UTF8.GetBytes(Body)).ShouldBe(Signature);
    }

    [Theory]
    [InlineData(-301, false)]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void A_request_may_be_five_minutes_off_either_way(int seconds, bool valid) => IsValid(Timestamp, Signature, Body, Then.AddSeconds(seconds)).ShouldBe(valid);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("v0=")]
    [InlineData("v0=zz114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")]
    [InlineData("v1=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")]
    [InlineData("v0=b2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")]
    [InlineData("v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b5030")]
    public void A_signature_that_is_not_Slacks_is_refused(string? given) => IsValid(Timestamp, given, Body, Then).ShouldBeFalse();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("-1531420618")]
    [InlineData("1531420618.5")]
    [InlineData("99999999999999999999")]
    public void A_timestamp_that_is_none_is_refused(string? given) => IsValid(given, Signature, Body, Then).ShouldBeFalse();

    [Fact]
    public void A_changed_body_is_refused() => IsValid(Timestamp, Signature, Body + " ", Then).ShouldBeFalse();

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void An_empty_secret_is_refused(string secret) => Should.Throw<ArgumentException>(() => new SlackSignature(secret, TimeSpan.FromMinutes(5)));

    private bool IsValid(string? timestamp, string? given, string body, DateTimeOffset now) => signature.IsValid(timestamp, given, Encoding.UTF8.GetBytes(body), now);
}
