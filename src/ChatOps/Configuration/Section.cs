using System.Globalization;

namespace ChatOps.Configuration;

/// <summary>A word of the file with its line.</summary>
internal readonly record struct Word(string Text, int Line);

/// <summary>
/// A map of the file, read key by key. It remembers which keys were asked for: <see cref="Done"/> then reports all others
/// with the nearest of those, so that the valid keys are written down once.
/// </summary>
internal sealed class Section(Reading reading, string where, YamlMap map)
{
    private readonly List<string> asked = [];

    public int Line => map.Line;

    public Reading Reading => reading;

    /// <summary>For messages: " in service 'shop'"; empty for the file itself.</summary>
    public string In => where.Length == 0 ? "" : $" in {where}";

    public IEnumerable<YamlEntry> Entries => map.Entries;

    public static Section? From(Reading reading, string where, YamlNode node)
    {
        if (node is YamlMap map) return new(reading, where, map);
        reading.Mistake(node.Line, $"{(where.Length == 0 ? "the file" : where)} must hold 'name: value' lines", "see chatops.example.yaml for the layout");
        return null;
    }

    public int LineOf(string key) => map.Entries.FirstOrDefault(e => e.Key == key)?.Line ?? map.Line;

    public bool Has(string key) => Node(key) is not null;

    /// <summary>The value of the key; null where it is absent or empty.</summary>
    public YamlNode? Node(string key)
    {
        if (!asked.Contains(key, StringComparer.Ordinal)) asked.Add(key);
        var value = map.Entries.FirstOrDefault(e => e.Key == key)?.Value;
        return value is YamlScalar { IsNull: true } ? null : value;
    }

    public string? Text(string key) => Scalar(key) is { } scalar ? reading.Complete(scalar) : null;

    public string? Secret(string key) => Scalar(key) is { } scalar ? reading.CompleteSecret(scalar) : null;

    /// <summary>As <see cref="Text"/>; absence is a mistake.</summary>
    public string? Required(string key, string example)
    {
        Require(key, example);
        return Text(key);
    }

    /// <summary>A list of words of which each must be one of the valid ones.</summary>
    public List<string> Known(string key, string one, IReadOnlyCollection<string> valid)
    {
        var known = new List<string>();
        var words = Words(key);
        foreach (var word in words)
        {
            if (valid.Contains(word.Text, StringComparer.Ordinal)) known.Add(word.Text);
            else reading.Mistake(word.Line, $"unknown {one} '{word.Text}'{In}", Nearest.Hint(word.Text, valid));
        }
        // An empty list would read as "all", which is more than somebody wrote who named nothing.
        if (Has(key) && words.Count == 0) reading.Mistake(LineOf(key), $"'{key}' is empty{In}", $"name at least one {one}, or leave '{key}' out");
        return known;
    }

    public void Require(string key, string example)
    {
        if (Node(key) is null) reading.Mistake(LineOf(key), $"'{key}' is missing{In}", $"add '{key}: {example}'");
    }

    public T Parsed<T>(string key, T otherwise, Func<string, T?> parse, string what, string wouldBeRight) where T : class =>
        Scalar(key) is { } scalar && reading.Complete(scalar) is { } text ? parse(text) ?? Wrong(scalar, otherwise, what, wouldBeRight) : otherwise;

    public int Integer(string key, int otherwise, int least, int most) =>
        Scalar(key) is not { } scalar || reading.Complete(scalar) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : Wrong(scalar, otherwise, $"'{key}' is '{scalar.Text}'{In}", $"a whole number from {least} to {most}");

    public TimeSpan Duration(string key, TimeSpan otherwise, TimeSpan least, TimeSpan most) =>
        Scalar(key) is not { } scalar || reading.Complete(scalar) is not { } text ? otherwise
        : Durations.TryParse(text, out var duration) && duration >= least && duration <= most ? duration
        : Wrong(scalar, otherwise, $"'{key}' is '{scalar.Text}'{In}", $"a duration from {Durations.Text(least)} to {Durations.Text(most)}, such as 3s");

    /// <summary>A number with a decimal point, or 'off' for null.</summary>
    public double? Number(string key, double? otherwise, double least, double most) =>
        Scalar(key) is not { } scalar || reading.Complete(scalar) is not { } text ? otherwise
        : text == "off" ? null
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : Wrong(scalar, otherwise, $"'{key}' is '{scalar.Text}'{In}", string.Create(CultureInfo.InvariantCulture, $"a number from {least:0.##} to {most:0.##}, or off"));

    /// <summary>A part of a whole, 0 to 1, written with a percent sign; 'off' for null.</summary>
    public double? Share(string key, double? otherwise) =>
        Scalar(key) is not { } scalar || reading.Complete(scalar) is not { } text ? otherwise
        : text == "off" ? null
        // Without its sign 5 could be meant as five percent or as five hundred.
        : text.EndsWith('%') && double.TryParse(text[..^1].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100 ? percent / 100
        : Wrong(scalar, otherwise, $"'{key}' is '{scalar.Text}'{In}", "percents with their sign such as 5%, or off");

    public bool Flag(string key, bool otherwise) =>
        Scalar(key) is not { } scalar || reading.Complete(scalar) is not { } text ? otherwise
        : text is "true" or "false" ? text == "true"
        : Wrong(scalar, otherwise, $"'{key}' is '{scalar.Text}'{In}", "true or false");

    /// <summary>One of a few words.</summary>
    public string? OneOf(string key, IReadOnlyCollection<string> words, string? otherwise)
    {
        if (Scalar(key) is not { } scalar || reading.Complete(scalar) is not { } text) return otherwise;
        return words.Contains(text, StringComparer.Ordinal) ? text
            : Wrong(scalar, otherwise, $"unknown {key} '{scalar.Text}'{In}", Nearest.Hint(text, words));
    }

    /// <summary>An http or https address without credentials.</summary>
    public Uri? Url(string key) =>
        Scalar(key) is not { } scalar || reading.Complete(scalar) is not { } text ? null
        : !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0
            ? Wrong<Uri?>(scalar, null, $"'{key}' is no http address{In}", "http://host:port/path or https://host/path")
        : url.UserInfo.Length > 0
            ? Wrong<Uri?>(scalar, null, $"'{key}' holds a user name or password{In}", "take it out of the address and use the key 'token'")
        : url;

    /// <summary>A list of words; one word alone counts as a list of one.</summary>
    public IReadOnlyList<Word> Words(string key)
    {
        var words = new List<Word>();
        foreach (var item in Node(key) switch { YamlList list => list.Items, { } one => [one], null => [] })
        {
            if (item is not YamlScalar { IsNull: false } scalar) reading.Mistake(item.Line, $"'{key}' must be a list of words{In}", $"{key}: [one, two]");
            else if (reading.Complete(scalar) is { } text) words.Add(new(text, scalar.Line));
        }
        return words;
    }

    /// <summary>The maps of a list, such as the probes of a service.</summary>
    public IEnumerable<Section> Sections(string key, string nameOfOne)
    {
        var node = Node(key);
        if (node is not null and not YamlList) reading.Mistake(node.Line, $"'{key}' must be a list{In}", $"begin every {nameOfOne} with '- '");
        return (node as YamlList)?.Items.Select(i => From(reading, $"{nameOfOne}{In}", i)).OfType<Section>() ?? [];
    }

    /// <summary>A map below this one; null where it is absent or no map.</summary>
    public Section? Below(string key, string name) => Node(key) is { } node ? From(reading, name, node) : null;

    /// <summary>Reports every key that nobody asked for.</summary>
    public void Done()
    {
        foreach (var entry in map.Entries.Where(e => !asked.Contains(e.Key, StringComparer.Ordinal)))
            reading.Mistake(entry.Line, $"unknown key '{entry.Key}'{In}", Nearest.Hint(entry.Key, asked));
    }

    private YamlScalar? Scalar(string key)
    {
        var node = Node(key);
        if (node is not null and not YamlScalar) reading.Mistake(node.Line, $"'{key}' must be a single value{In}", $"{key}: value");
        return node as YamlScalar;
    }

    private T Wrong<T>(YamlScalar scalar, T otherwise, string what, string wouldBeRight)
    {
        // What is quoted is what the file says, before variables are filled in: no secret of the environment shows.
        reading.Mistake(scalar.Line, what, wouldBeRight);
        return otherwise;
    }
}
