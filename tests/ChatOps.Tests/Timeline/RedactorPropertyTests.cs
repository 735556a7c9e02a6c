using ChatOps.Timeline;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Timeline;

public sealed class RedactorPropertyTests
{
    private const string Secret = "hunter2Zq9";

    private static readonly string[] Plants =
    [
        $"password={Secret}", $"\"password\":\"{Secret}\"", $"password: {Secret}", $"https://ana:{Secret}@example.com/x", $"Authorization: Bearer {Secret}Abc12345", $"Host=db;Password={Secret};Port=1",
        $"Cookie: sid={Secret}", $"api_key = '{Secret}'", $"--token {Secret}", $"\"client_secret\" : \"{Secret}\"", $"ghp_{Secret}16C7e42F292c6912E77", $"<password>{Secret}</password>", $"-----BEGIN PRIVATE KEY-----\n{Secret}\n-----END PRIVATE KEY-----",
    ];

    private static readonly string[] Fragments =
    [
        " ", "\n", "\"", "'", "\\", "{", "}", "=", ":", "://", "@", "a", "password", "token=", "token: ", "Cookie: ", "Bearer ", "eyJ", "-----END ", "10.1.2.3", "ana@example.com", "\0", "[redacted password]", "[redacted", "]", "<", ">", "<!channel>", "💥", "4111 1111 1111 1111", "::", "1", ";", "&", "Authorization: ", "(", ",", "null", "${", "****", "2001:db8::1", "--password ",
    ];

    private static readonly Arbitrary<string> Text = Gen.OneOf(
        Gen.Elements(Fragments).ListOf().Select(parts => string.Concat(parts)),
        ArbMap.Default.GeneratorFor<string?>().Select(s => s ?? string.Empty)).ToArbitrary();

    [Fact]
    public void A_planted_secret_survives_no_surroundings()
    {
        var all = from before in Text.Generator
                  from plant in Gen.Elements(Plants)
                  from after in Text.Generator
                  select before + "\n" + plant + "\n" + after;
        Prop.ForAll(all.ToArbitrary(), text => !Redactor.ForRecord(text).Contains(Secret, StringComparison.Ordinal) && !Redactor.ForSlack(text).Contains(Secret, StringComparison.Ordinal))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void Redacting_twice_is_redacting_once()
    {
        var all = from before in Text.Generator
                  from plant in Gen.Elements(Plants)
                  from after in Text.Generator
                  select before + plant + after;
        Prop.ForAll(all.ToArbitrary(), text =>
        {
            var slack = Redactor.ForSlack(text);
            var record = Redactor.ForRecord(text);
            return Redactor.ForSlack(slack) == slack && Redactor.ForRecord(record) == record;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void Text_without_a_sign_of_a_secret_is_returned_as_the_same_object()
    {
        Prop.ForAll(Gen.Elements("order", "placed", "in", "42", "ms", "by", "customer", "a-b", "x=1", "(ok)").ListOf().Select(w => string.Join(' ', w)).ToArbitrary(), text => ReferenceEquals(Redactor.ForRecord(text), text))
            .QuickCheckThrowOnFailure();
    }
}
