using Google.Protobuf.Collections;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>References to other objects.</summary>
internal static class ReferenceRules
{
    private const int MostParents = 32;
    private const int LargestWeight = 1_000_000;

    public static void Parents(FieldScope scope, RepeatedField<ParentReference> parents)
    {
        ValueRules.Count(scope.Field("parentRefs"), parents.Count, 0, MostParents);
        scope.Each("parentRefs", parents, static (item, parent) =>
        {
            NameRules.Group(item.Field("group"), parent.Group);
            NameRules.Kind(item.Field("kind"), parent.Kind);
            NameRules.ObjectName(item.Field("name"), parent.Name);
            Optional(item, "namespace", parent.HasNamespace ? parent.Namespace : null, NameRules.Namespace);
            Optional(item, "sectionName", parent.HasSectionName ? parent.SectionName : null, NameRules.Section);
            if (parent.HasPort)
            {
                ValueRules.Port(item.Field("port"), parent.Port);
            }
        });
        Distinct(
            scope, "parentRefs", "parent", [.. parents.Select(parent => ($"{parent.Group}/{parent.Kind}/{parent.Namespace}/{parent.Name}", parent.SectionName))]);
    }

    /// <summary>Several references to the same object each name another section of it.</summary>
    public static void Distinct(FieldScope scope, string field, string what, IReadOnlyList<(string Object, string Section)> references)
    {
        foreach (var same in references.GroupBy(reference => reference.Object).Where(group => group.Count() > 1))
        {
            var sections = same.Select(reference => reference.Section).ToArray();
            if (sections.Any(section => section.Length > 0) && sections.Any(section => section.Length == 0))
            {
                scope.Field(field).Error($"sectionName must be specified when {field} includes 2 or more references to the same {what}");
            }
            else
            {
                scope.Field(field).Require(
                    sections.Distinct(StringComparer.Ordinal).Count() == sections.Length,
                    $"sectionName must be unique when {field} includes 2 or more references to the same {what}");
            }
        }
    }

    /// <summary>Where requests go: a Service needs its port.</summary>
    public static void Backend(FieldScope scope, string group, string kind, string name, string? ns, int? port)
    {
        NameRules.Group(scope.Field("group"), group);
        NameRules.Kind(scope.Field("kind"), kind);
        NameRules.ObjectName(scope.Field("name"), name);
        Optional(scope, "namespace", ns, NameRules.Namespace);
        scope.Field("port").Require(port is not null || group.Length > 0 || kind != "Service", "must have port for Service reference");
        if (port is { } number)
        {
            ValueRules.Port(scope.Field("port"), number);
        }
    }

    public static void Backend(FieldScope scope, BackendObjectReference? backend)
    {
        if (backend is null)
        {
            scope.Error("a reference to a backend is required");
            return;
        }

        Backend(scope, backend.Group, backend.Kind, backend.Name, backend.HasNamespace ? backend.Namespace : null, backend.HasPort ? backend.Port : null);
    }

    public static void Weight(FieldScope scope, int weight) =>
        scope.Field("weight").Require(weight is >= 0 and <= LargestWeight, $"must be between 0 and {LargestWeight}, found {weight}");

    public static void Secret(FieldScope scope, SecretObjectReference secret)
    {
        NameRules.Group(scope.Field("group"), secret.Group);
        NameRules.Kind(scope.Field("kind"), secret.Kind);
        NameRules.ObjectName(scope.Field("name"), secret.Name);
        Optional(scope, "namespace", secret.HasNamespace ? secret.Namespace : null, NameRules.Namespace);
    }

    /// <summary>A reference without defaults.</summary>
    public static void Object(FieldScope scope, string? group, string kind, string name, string? ns = null)
    {
        scope.Field("group").Require(group is not null, "a group is required, be it \"\" for core");
        NameRules.Group(scope.Field("group"), group ?? "");
        NameRules.Kind(scope.Field("kind"), kind);
        NameRules.ObjectName(scope.Field("name"), name);
        Optional(scope, "namespace", ns, NameRules.Namespace);
    }

    /// <summary>Checks what is set.</summary>
    public static void Optional(FieldScope scope, string field, string? value, Action<FieldScope, string> check)
    {
        if (value is not null)
        {
            check(scope.Field(field), value);
        }
    }
}
