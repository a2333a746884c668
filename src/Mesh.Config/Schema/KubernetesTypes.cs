namespace Mesh.Config.Schema;

/// <summary>Types of Kubernetes' own API groups, read from the table <c>kubernetes.types</c>.</summary>
internal static class KubernetesTypes
{
    private const string Resource = "kubernetes.types";

    private static readonly Lazy<Dictionary<string, TypeSchema>> Types = new(Read);

    public static TypeSchema ObjectMeta => Types.Value["meta.v1.ObjectMeta"];

    public static TypeSchema ListMeta => Types.Value["meta.v1.ListMeta"];

    public static TypeSchema Status => Types.Value["meta.v1.Status"];

    public static TypeSchema DeleteOptions => Types.Value["meta.v1.DeleteOptions"];

    public static TypeSchema Condition => Types.Value["meta.v1.Condition"];

    /// <summary>The type of a kind, without <c>apiVersion</c> and <c>kind</c>; null when the table does not have it.</summary>
    public static TypeSchema? Find(string group, string version, string kind)
    {
        // Kubernetes' own groups have no dot or end in k8s.io, and their package is named by the first word.
        var own = !group.Contains('.', StringComparison.Ordinal) || group.EndsWith(".k8s.io", StringComparison.Ordinal);
        var package = group.Length == 0 ? "core" : group.Split('.')[0];
        return own ? Types.Value.GetValueOrDefault($"{package}.{version}.{kind}") : null;
    }

    private static Dictionary<string, TypeSchema> Read()
    {
        using var stream = typeof(KubernetesTypes).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return new KubernetesTypeTable(reader.ReadToEnd()).Types;
    }
}
