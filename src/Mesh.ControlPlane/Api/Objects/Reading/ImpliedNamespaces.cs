using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Decoding;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Api.Objects.Rendering;

namespace Mesh.ControlPlane.Api.Objects.Reading;

/// <summary>Namespaces that nobody wrote: those that are always there, and those that objects of hand-written files are in.</summary>
/// <param name="since">When they came to be, for listings.</param>
internal sealed class ImpliedNamespaces(DateTimeOffset since)
{
    private static readonly string[] Names = ["default", MeshConfigDecoder.Namespace, "kube-system"];

    private readonly ImmutableDictionary<string, Resource> _permanent = Names.ToImmutableDictionary(name => name, name => Build(name, since), StringComparer.Ordinal);

    /// <summary>Whether a namespace can never go.</summary>
    public static bool IsPermanent(string name) => Names.Contains(name, StringComparer.Ordinal);

    /// <summary>One that is always there, or null.</summary>
    public Resource? Permanent(string name) => _permanent.GetValueOrDefault(name);

    /// <summary>A namespace that the store does not have, or null when nothing speaks for it.</summary>
    public Resource? Find(ConfigSnapshot snapshot, string name) =>
        Permanent(name) ?? (name.Length > 0 && snapshot.Resources.Keys.Any(id => id.Namespace == name) ? Build(name, since) : null);

    /// <summary>All namespaces that the store does not have.</summary>
    public IEnumerable<Resource> Missing(ConfigSnapshot snapshot) => snapshot.Resources.Keys
        .Select(id => id.Namespace)
        .Where(name => name.Length > 0)
        .Concat(Names)
        .Distinct(StringComparer.Ordinal)
        .Where(name => !snapshot.Resources.ContainsKey(IdOf(name)))
        .Select(name => Permanent(name) ?? Build(name, since));

    private static ResourceId IdOf(string name) => new(ServedKinds.Namespace.Group, ServedKinds.Namespace.Kind, "", name);

    private static Resource Build(string name, DateTimeOffset since)
    {
        var document = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = ServedKinds.Namespace.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["uid"] = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"namespace/{name}")).AsSpan(0, 16)).ToString(),
                ["creationTimestamp"] = ObjectJson.Time(since),
                ["labels"] = new JsonObject { ["kubernetes.io/metadata.name"] = name },
            },
            ["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") },
            ["status"] = new JsonObject { ["phase"] = "Active" },
        };
        return new Resource
        {
            Id = IdOf(name),
            Kind = ServedKinds.Namespace,
            ApiVersion = "v1",
            Labels = ResourceMetadata.EmptyMap.Add("kubernetes.io/metadata.name", name),
            Annotations = ResourceMetadata.EmptyMap,
            Document = JsonSerializer.SerializeToElement(document),
            CreationTimestamp = since,
            ResourceVersion = 1,
        };
    }
}
