using System.Collections.Concurrent;

namespace Mesh.Config.Schema;

/// <summary>The type of every kind: Kubernetes' own from the table, all others from the message of their spec.</summary>
internal static class KindSchemas
{
    private const string StatusName = "istio.status.v1alpha1.Status";

    private static readonly ConcurrentDictionary<(ResourceKind Kind, string Version), KindSchema> Known = new();

    private static readonly TypeSchema Status = TypeSchema.Object(
        StatusName,
        "What the mesh says about a resource.",
        static () =>
        [
            new FieldSchema("conditions", TypeSchema.List(KubernetesTypes.Condition)) { Description = "States of the resource, such as Reconciled." },
            new FieldSchema("validationMessages", TypeSchema.List(TypeSchema.OpenObject())) { Description = "What the analysis found, with level, code and documentation." },
            new FieldSchema("observedGeneration", TypeSchema.Integer("int64")) { Description = "The metadata.generation that the status speaks of." },
        ],
        preserveUnknown: true);

    /// <summary>The types of a kind in its stored version; they are the same in all its versions.</summary>
    public static KindSchema Of(ResourceKind kind) => Of(kind, kind.Versions[0]);

    public static KindSchema Of(ResourceKind kind, string version) => Known.GetOrAdd((kind, version), static key => Make(key.Kind, key.Version));

    private static KindSchema Make(ResourceKind kind, string version)
    {
        var name = $"{DefinitionPrefix(kind.Group)}.{version}.{kind.Kind}";
        var table = KubernetesTypes.Find(kind.Group, version, kind.Kind);
        var description = table?.Description ?? (kind.Spec is { } spec ? ProtoComments.Of(spec.FullName) : "");
        var whole = TypeSchema.Object(
            name,
            description,
            () => TypeFields().Concat(table is not null ? table.Fields.Values.Select(Described) : CustomFields(kind)),
            preserveUnknown: table is null && !kind.Strict);
        var list = TypeSchema.Object(
            name + "List",
            $"A list of {kind.Kind} objects.",
            () => TypeFields().Concat(
            [
                new FieldSchema("metadata", KubernetesTypes.ListMeta) { Description = "Version of the list, and where it goes on." },
                new FieldSchema("items", TypeSchema.List(whole)) { Description = "The objects.", Required = true },
            ]));
        return new KindSchema(kind, version, whole, list);
    }

    private static IEnumerable<FieldSchema> TypeFields() =>
    [
        new("apiVersion", TypeSchema.String) { Description = "Group and version in which the object is written, such as networking.istio.io/v1." },
        new("kind", TypeSchema.String) { Description = "The kind of the object, in CamelCase." },
    ];

    private static IEnumerable<FieldSchema> CustomFields(ResourceKind kind) =>
    [
        Described(new FieldSchema("metadata", KubernetesTypes.ObjectMeta)),
        new("spec", kind.Spec is { } spec ? MessageSchemas.Of(spec) : TypeSchema.OpenObject())
        {
            Description = kind.Spec is { } described && ProtoComments.Of(described.FullName) is { Length: > 0 } text ? text : $"What the {kind.Kind} says.",
        },
        Described(new FieldSchema("status", Status)),
    ];

    private static FieldSchema Described(FieldSchema field) => field.Description.Length > 0
        ? field
        : field with
        {
            Description = field.Name switch
            {
                "metadata" => "Name, namespace, labels and annotations of the object, and what the server keeps about it.",
                "spec" => "What is wanted.",
                "status" => "What is observed; written by controllers, not by users.",
                _ => "",
            },
        };

    /// <summary>As Kubernetes names definitions: the group backwards; its own groups under io.k8s.api.</summary>
    private static string DefinitionPrefix(string group) =>
        group.Length == 0 ? "io.k8s.api.core"
        : !group.Contains('.', StringComparison.Ordinal) ? $"io.k8s.api.{group}"
        : string.Join('.', group.Split('.').Reverse());
}
