namespace ChatOps.Platforms.Docker;

/// <summary>What a person types to do the same.</summary>
internal static class DockerCommand
{
    public static string For(DockerSettings settings, Uri url, DockerName name, PlatformAction action, string? version)
    {
        var docker = settings.Socket is { } socket ? socket == DockerSettings.UsualSocket ? "docker" : $"docker -H {Quoted($"unix://{socket}")}"
            : $"docker -H {Quoted($"tcp://{url.Authority}")}{(url.Scheme == Uri.UriSchemeHttps ? " --tlsverify" : "")}";
        var to = Quoted(version ?? "VERSION");
        if (name.Project is { } project)
        {
            var compose = $"{docker} compose -p {Quoted(project)}";
            return action switch
            {
                PlatformAction.Restart => $"{compose} restart {Quoted(name.Name)}",
                PlatformAction.RollBack or PlatformAction.Deploy or PlatformAction.Recreate => $"{compose} up -d --no-deps {Quoted(name.Name)}  # in the project's folder, after its image is set to {to}",
                PlatformAction.MemoryLimit => $"{compose} ps -q {Quoted(name.Name)} | xargs {docker} update --memory BYTES --memory-swap -1",
                _ => $"{compose} ps -a {Quoted(name.Name)}",
            };
        }
        var container = Quoted(name.Name);
        var aside = Quoted($"{name.Name}.aside");
        return action switch
        {
            PlatformAction.Restart => $"{docker} restart {container}",
            PlatformAction.RollBack => $"{docker} ps -a --filter name={container}  # then: {docker} stop {container} && {docker} rename {container} {aside} && {docker} rename KEPT {container} && {docker} start {container}, KEPT being the one with {to}",
            PlatformAction.Deploy or PlatformAction.Recreate => $"{docker} stop {container} && {docker} rename {container} {aside} && {docker} run -d --name {container} OPTIONS REPOSITORY:{to}  # OPTIONS as {docker} inspect {aside} tells them",
            PlatformAction.MemoryLimit => $"{docker} update --memory BYTES --memory-swap -1 {container}",
            _ => $"{docker} inspect {container}",
        };
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
