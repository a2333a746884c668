using System.Collections.Immutable;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation.Endpoints.Localities;

/// <summary>Prefers endpoints by the number of leading labels that they share with the client (<c>failoverPriority</c>); a locality may be split by it.</summary>
internal static class FailoverPriorities
{
    /// <param name="groups">By locality.</param>
    /// <param name="client">The client's labels.</param>
    /// <param name="labels">In order of importance: <c>key</c> asks for the client's value, <c>key=value</c> for that one.</param>
    public static ImmutableArray<LocalityGroup> Apply(ImmutableArray<LocalityGroup> groups, TopologyLabels client, IReadOnlyList<string> labels)
    {
        var wanted = labels.Select(label => label.Split('=', 2)).Select(parts => (Key: parts[0], Value: parts.Length == 2 ? parts[1] : client.Find(parts[0]))).ToArray();
        return LocalityFailover.Renumber(
        [
            .. from grouped in groups
               from part in grouped.Endpoints.GroupBy(endpoint => PriorityOf(endpoint, wanted)).OrderBy(part => part.Key)
               select new LocalityGroup(grouped.Locality, [.. part]) { Priority = part.Key },
        ]);
    }

    private static int PriorityOf(ServiceEndpoint endpoint, (string Key, string Value)[] wanted)
    {
        var labels = new TopologyLabels(endpoint);
        for (var shared = 0; shared < wanted.Length; shared++)
        {
            if (labels.Find(wanted[shared].Key) != wanted[shared].Value)
            {
                return wanted.Length - shared;
            }
        }

        return 0;
    }
}
