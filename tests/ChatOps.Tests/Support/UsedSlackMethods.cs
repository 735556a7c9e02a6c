using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace ChatOps.Tests.Support;

/// <summary>The methods of Slack's Web API that an assembly calls, read from the compiled code: what the compiler wrote down cannot be forgotten.</summary>
internal static class UsedSlackMethods
{
    private const string Namespace = "ChatOps.Slack.WebApi";

    /// <summary>As Slack names them, in alphabetical order.</summary>
    public static IReadOnlyList<string> Of(string assemblyFile)
    {
        using var file = new PEReader(File.OpenRead(assemblyFile));
        var metadata = file.GetMetadataReader();
        var used = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference) continue;
            var type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
            if (metadata.GetString(type.Namespace) != Namespace) continue;
            used.UnionWith(Names(metadata.GetString(type.Name), metadata.GetString(member.Name)));
        }
        return [.. used];
    }

    private static IEnumerable<string> Names(string type, string member) => (type, member) switch
    {
        ("ISlackApiClient", "CallAsync") => throw new InvalidOperationException("A method called by its name is not seen here: give it a place in the Web API's interfaces."),
        // The parts of the client, and answers at an address that Slack gave: neither is a method.
        ("ISlackApiClient", _) => [],
        ("IFilesApi", "Upload") => ["files.getUploadURLExternal", "files.completeUploadExternal"],
        ("IUserGroupsApi", "UsersList") => ["usergroups.users.list"],
        ("IUserGroupsApi", _) => [$"usergroups.{Camel(member)}"],
        ("IAppsConnectionsApi", _) => [$"apps.connections.{Camel(member)}"],
        (['I', .., 'A', 'p', 'i'], _) => [$"{Camel(type[1..^3])}.{Camel(member)}"],
        _ => [],
    };

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
