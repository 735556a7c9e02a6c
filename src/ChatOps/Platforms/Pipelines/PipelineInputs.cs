namespace ChatOps.Platforms.Pipelines;

/// <summary>Where a platform keeps a run's inputs, they tell what it was for. Pure.</summary>
internal static class PipelineInputs
{
    /// <summary>Reads the words of a run from its inputs; null: it was for something else.</summary>
    public static Func<IReadOnlyDictionary<string, string>, PipelineWords?> Reader(PipelineJob job)
    {
        var templates = job.Start.Inputs.Select(i => (i.Key, Read: Placeholders.Reader(i.Value, job.Target.Target))).ToList();
        return inputs =>
        {
            var words = new PipelineWords();
            foreach (var (key, read) in templates)
            {
                if (inputs.GetValueOrDefault(key) is not { } value || read(value) is not { } found) return null;
                words = words.With(found);
            }
            return words;
        };
    }

    public static IEnumerable<KeyValuePair<string, string>> Filled(PipelineJob job, PipelineWords words) =>
        job.Start.Inputs.Select(i => KeyValuePair.Create(i.Key, Placeholders.Fill(i.Value, job.Target.Target, words)));
}
