namespace ChatOps.Platforms.Docker;

/// <summary>What a person types to do the same.</summary>
internal static class DockerCommand
{
    public static string For(DockerSettings settings, Uri url, DockerName name, PlatformAction action, string? version)
    {
        var docker = settings.Socket is { } socket ? socket == DockerSettings.UsualSocket ? "docker" : $"docker -H {ShellText.Quoted($"unix://{socket}")}"
            : $"docker -H {ShellText.Quoted($"tcp://{url.Authority}")}{(url.Scheme == Uri.UriSchemeHttps ? " --tlsverify" : "")}";
        var to = ShellText.Quoted(version ?? "VERSION");
        if (name.Project is { } project)
        {
            var compose = $"{docker} compose -p {ShellText.Quoted(project)}";
            return action switch
            {
                PlatformAction.Restart => $"{compose} restart {ShellText.Quoted(name.Name)}",
                PlatformAction.RollBack or PlatformAction.Deploy or PlatformAction.Recreate => $"{compose} up -d --no-deps {ShellText.Quoted(name.Name)}  # in the project's folder, after its image is set to {to}",
                PlatformAction.MemoryLimit => $"{compose} ps -q {ShellText.Quoted(name.Name)} | xargs {docker} update --memory BYTES --memory-swap -1",
                _ => $"{compose} ps -a {ShellText.Quoted(name.Name)}",
            };
        }
        var container = ShellText.Quoted(name.Name);
        var aside = ShellText.Quoted($"{name.Name}.aside");
        return action switch
        {
            PlatformAction.Restart => $"{docker} restart {container}",
            PlatformAction.RollBack => $"{docker} ps -a --filter name={container}  # then: {docker} stop {container} && {docker} rename {container} {aside} && {docker} rename KEPT {container} && {docker} start {container}, KEPT being the one with {to}",
            PlatformAction.Deploy or PlatformAction.Recreate => $"{docker} stop {container} && {docker} rename {container} {aside} && {docker} run -d --name {container} OPTIONS REPOSITORY:{to}  # OPTIONS as {docker} inspect {aside} tells them",
            PlatformAction.MemoryLimit => $"{docker} update --memory BYTES --memory-swap -1 {container}",
            _ => $"{docker} inspect {container}",
        };
    }
}
