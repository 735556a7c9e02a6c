using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ChatOps.Slack;
using ChatOps.Slack.WebApi;

namespace ChatOps.Tests.Slack;

/// <summary>The Slack layer's own API keeps its own rules.</summary>
public sealed class SlackApiLint
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Type[] Types = [.. typeof(SlackOptions).Assembly.GetTypes().Where(t => !t.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && !t.Name.StartsWith('<'))];

    [Fact]
    public void Every_public_asynchronous_method_takes_a_cancellation_token_last_and_without_a_default()
    {
        var methods = Types.Where(t => t.IsVisible).SelectMany(t => t.GetMethods(Declared)).Where(m => m.IsPublic && IsTask(m.ReturnType) && m.Name != nameof(IAsyncDisposable.DisposeAsync)).ToList();

        methods.Count.ShouldBeGreaterThan(40);
        methods.Where(m => m.GetParameters() is not [.., { HasDefaultValue: false } last] || last.ParameterType != typeof(CancellationToken)).Select(Name).ShouldBeEmpty();
    }

    [Fact]
    public void Every_record_and_class_is_sealed_or_a_base() =>
        Types.Where(t => t.IsClass && !t.IsSealed && !t.IsAbstract).Select(t => t.FullName).ShouldBeEmpty();

    [Fact]
    public void Every_record_is_set_once() =>
        Types.Where(t => t.GetMethod("<Clone>$", Declared) is not null).SelectMany(t => t.GetProperties(Declared))
            .Where(p => p.SetMethod is { } set && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit))).Select(p => $"{p.DeclaringType!.Name}.{p.Name}").ShouldBeEmpty();

    [Fact]
    public void Every_record_has_a_name_for_each_field_that_Slack_uses()
    {
        // Snake case by policy: a name such as "selectedDateTime" or one with two capitals in a row would silently never match.
        foreach (var property in Types.Where(t => t.IsVisible && t.GetMethod("<Clone>$", Declared) is not null).SelectMany(t => t.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)))
            JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name).ShouldMatch("^[a-z]+(_[a-z0-9]+)*$");
    }

    [Fact]
    public void Slacks_words_are_the_same_as_in_the_table_of_its_methods()
    {
        using var stream = Assembly.Load("ChatOps.Sandbox").GetManifestResourceStream("methods.json").ShouldNotBeNull();
        foreach (var method in JsonDocument.Parse(stream).RootElement.EnumerateObject())
        {
            var isGet = method.Value.GetProperty("http").GetString() == "GET";
            SlackMethods.IsGet(method.Name).ShouldBe(isGet, method.Name);
            SlackMethods.IsForm(method.Name).ShouldBe(!isGet && method.Value.GetProperty("json").ValueKind != JsonValueKind.True, method.Name);
        }
    }

    private static bool IsTask(Type type) => typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>));

    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
