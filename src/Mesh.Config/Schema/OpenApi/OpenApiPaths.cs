using System.Text.Json.Nodes;

namespace Mesh.Config.Schema.OpenApi;

/// <summary>The paths of an API document: for every kind its list, its objects and their status.</summary>
internal sealed class OpenApiPaths(OpenApiSchemas schemas, OpenApiDialect dialect)
{
    private static readonly string[] CustomPatches = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];

    private static readonly string[] OwnPatches = [.. CustomPatches, "application/strategic-merge-patch+json"];

    private readonly OpenApiOperation _operation = new(schemas, dialect);

    /// <summary>Adds the paths of a kind.</summary>
    public void Add(JsonObject paths, KindSchema kind)
    {
        var root = $"/{kind.ApiPath}";
        var plural = kind.Kind.Plural;
        if (kind.Kind.Namespaced)
        {
            paths[$"{root}/{plural}"] = _operation.Path([], List(kind, "ForAllNamespaces"));
            paths[$"{root}/namespaces/{{namespace}}/{plural}"] = _operation.Path([OpenApiParameter.Namespace], List(kind), Create(kind), DeleteAll(kind));
            AddObject(paths, $"{root}/namespaces/{{namespace}}/{plural}/{{name}}", kind, OpenApiParameter.ObjectName, OpenApiParameter.Namespace);
        }
        else
        {
            paths[$"{root}/{plural}"] = _operation.Path([], List(kind), Create(kind), DeleteAll(kind));
            AddObject(paths, $"{root}/{plural}/{{name}}", kind, OpenApiParameter.ObjectName);
        }
    }

    private void AddObject(JsonObject paths, string path, KindSchema kind, params OpenApiParameter[] parameters)
    {
        paths[path] = _operation.Path(parameters, Read(kind, ""), Replace(kind, ""), Patch(kind, ""), Delete(kind));
        if (kind.HasStatus)
        {
            paths[$"{path}/status"] = _operation.Path(parameters, Read(kind, "Status"), Replace(kind, "Status"), Patch(kind, "Status"));
        }
    }

    private static OpenApiOperation.Definition List(KindSchema kind, string scope = "") =>
        new(kind, "get", "list", $"list{scope}", $"list or watch objects of kind {kind.Kind.Kind}") { Answer = kind.List, Parameters = OpenApiParameter.OfLists };

    private static OpenApiOperation.Definition Create(KindSchema kind) =>
        new(kind, "post", "post", "create", $"create a {kind.Kind.Kind}")
        {
            Body = kind.Object,
            Parameters = [OpenApiParameter.DryRun, OpenApiParameter.FieldManager, OpenApiParameter.FieldValidation],
        };

    private static OpenApiOperation.Definition DeleteAll(KindSchema kind) =>
        new(kind, "delete", "deletecollection", "deleteCollection", $"delete a collection of {kind.Kind.Kind}")
        {
            Answer = KubernetesTypes.Status,
            Body = KubernetesTypes.DeleteOptions,
            Parameters = [.. OpenApiParameter.OfDeletions, .. OpenApiParameter.OfLists.Where(parameter => parameter.Name is "fieldSelector" or "labelSelector")],
        };

    private static OpenApiOperation.Definition Read(KindSchema kind, string part) =>
        new(kind, "get", "get", $"read{part}", $"read the {kind.Kind.Kind}");

    private static OpenApiOperation.Definition Replace(KindSchema kind, string part) =>
        new(kind, "put", "put", $"replace{part}", $"replace the {kind.Kind.Kind}")
        {
            Body = kind.Object,
            Parameters = [OpenApiParameter.DryRun, OpenApiParameter.FieldManager, OpenApiParameter.FieldValidation],
        };

    // dryRun and fieldValidation here are how clients find out that the server has them (client-go's query parameter verifier).
    private static OpenApiOperation.Definition Patch(KindSchema kind, string part) =>
        new(kind, "patch", "patch", $"patch{part}", $"partially update the {kind.Kind.Kind}")
        {
            Consumes = KubernetesTypes.Find(kind.Kind.Group, kind.Version, kind.Kind.Kind) is null ? CustomPatches : OwnPatches,
            Body = TypeSchema.OpenObject("io.k8s.apimachinery.pkg.apis.meta.v1.Patch", "A change, in the form that the content type names."),
            Parameters = [OpenApiParameter.DryRun, OpenApiParameter.FieldManager, OpenApiParameter.FieldValidation, OpenApiParameter.Force],
        };

    private static OpenApiOperation.Definition Delete(KindSchema kind) =>
        new(kind, "delete", "delete", "delete", $"delete the {kind.Kind.Kind}")
        {
            Answer = KubernetesTypes.Status,
            Body = KubernetesTypes.DeleteOptions,
            Parameters = OpenApiParameter.OfDeletions,
        };
}
