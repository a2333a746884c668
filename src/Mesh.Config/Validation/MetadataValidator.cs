using Mesh.Config.Validation.Annotations;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation;

/// <summary>The rules for names, labels and annotations that hold for every kind.</summary>
internal static class MetadataValidator
{
    private const int LargestAnnotations = 256 * 1024;

    private static readonly string[] InternalAnnotations =
        ["internal.istio.io/webhook-always-reject", "internal.istio.io/parents", "internal.istio.io/parent-namespace"];

    public static void Validate(Resource resource, FindingCollector findings)
    {
        var scope = new FieldScope(findings, "metadata");
        var (_, _, ns, name) = resource.Id;
        scope.Field("name").Require(
            DnsNames.IsObjectName(name),
            name.Length == 0 ? "a name is required" : $"\"{name}\" must be lower-case letters, digits, - and ., with a letter or digit at both ends");
        if (resource.Kind.Namespaced)
        {
            scope.Field("namespace").Require(
                DnsNames.IsLabel(ns) && DnsNames.IsObjectName(ns),
                $"\"{ns}\" must be lower-case letters, digits and -, at most 63 characters");
        }

        LabelRules.Labels(scope, "labels", resource.Labels);
        HealthCheckAnnotation.Validate(resource, findings);
        MatchPathsAnnotation.Validate(resource, findings);
        scope.Field("annotations").Require(
            resource.Annotations.Sum(annotation => (long)annotation.Key.Length + annotation.Value.Length) <= LargestAnnotations,
            $"the annotations have more than {LargestAnnotations} characters");
        foreach (var key in resource.Annotations.Keys)
        {
            var entry = scope.Entry("annotations", key);
            LabelRules.Key(entry, key);
            entry.Require(!InternalAnnotations.Contains(key, StringComparer.Ordinal), $"\"{key}\" is for Istio's own use");
            entry.Require(key != DryRunAnnotation.Name || resource.Kind == ResourceKinds.AuthorizationPolicy, $"\"{DryRunAnnotation.Name}\" is for AuthorizationPolicy only");
        }
    }
}
