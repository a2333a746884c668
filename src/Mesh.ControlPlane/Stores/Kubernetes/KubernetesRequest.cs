using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Stores;

namespace Mesh.ControlPlane.Stores.Kubernetes;

/// <summary>What an API server is asked for one write.</summary>
/// <param name="Method">Of HTTP.</param>
/// <param name="Path">Below the server.</param>
/// <param name="Body">Null for none.</param>
internal sealed record KubernetesRequest(HttpMethod Method, string Path, JsonObject? Body)
{
    private const string OwnManager = "mesh-control-plane";
    private const string ApplyPatch = "application/apply-patch+yaml";
    private const string Metadata = "metadata";
    private const string Status = "status";

    // The server gives and keeps these itself.
    private static readonly string[] OfServer = ["uid", "creationTimestamp", "generation", "resourceVersion", "selfLink", "managedFields", "deletionTimestamp", "deletionGracePeriodSeconds"];

    /// <summary>Null for plain JSON.</summary>
    public string? ContentType { get; init; }

    /// <summary>The status, which is written apart; null when it stays.</summary>
    public (string Path, JsonObject Body)? StatusAfter { get; init; }

    /// <param name="write">What is asked for.</param>
    /// <param name="kind">Of the resource.</param>
    /// <param name="current">What is there; null when nothing is.</param>
    /// <param name="version">The server's version of it.</param>
    public static KubernetesRequest Of(ResourceWrite write, ResourceKind kind, Resource? current, string? version)
    {
        var path = PathOf(write.Id, kind, (write.Next ?? current)!.ApiVersion);
        var manager = $"fieldManager={Uri.EscapeDataString(write.FieldManager is { Length: > 0 } named ? named : OwnManager)}";
        if (write is { Next: not null, Applied.ValueKind: JsonValueKind.Object })
        {
            return Apply(write, kind, manager);
        }

        if (current is null)
        {
            return Create(write.Next!, kind, path, manager);
        }

        if (write.Next is null && IsDeleting(current) && HasFinalizers(current))
        {
            // The last finalizer was taken off: the server removes the object itself.
            var last = BodyOf(current, version);
            last[Metadata]!.AsObject().Remove("finalizers");
            return new KubernetesRequest(HttpMethod.Put, $"{path}?{manager}", last);
        }

        return write.Next is null || IsDeletion(write.Next, current) ? Delete(current, path, version) : Update(write.Next, kind, current, path, version, manager);
    }

    /// <summary>Whether a write marks an object as deleted, which a server does itself.</summary>
    public static bool IsDeletion(Resource next, Resource? current) => IsDeleting(next) && current is not null && !IsDeleting(current);

    // The server knows who owns which field, and keeps it: it is asked to apply what was applied here, in the version that it was written in.
    private static KubernetesRequest Apply(ResourceWrite write, ResourceKind kind, string manager)
    {
        var body = JsonNode.Parse(write.Applied.GetRawText())!.AsObject();
        var version = body["apiVersion"]!.ToString().Split('/')[^1];
        (body[Metadata] as JsonObject)?.Remove("managedFields");
        return new KubernetesRequest(HttpMethod.Patch, $"{PathOf(write.Id, kind, version)}?{manager}&force={(write.TakesOver ? "true" : "false")}", body) { ContentType = ApplyPatch };
    }

    private static KubernetesRequest Create(Resource next, ResourceKind kind, string path, string manager)
    {
        var body = BodyOf(next, null);
        var status = kind.HasStatus && body.Remove(Status, out var removed) && removed is JsonObject ? removed.AsObject() : null;
        var collection = path[..path.LastIndexOf('/')];
        return new KubernetesRequest(HttpMethod.Post, $"{collection}?{manager}", body)
        {
            StatusAfter = status is null ? null : ($"{path}/status?{manager}", WithStatus(next, status)),
        };
    }

    private static KubernetesRequest Update(Resource next, ResourceKind kind, Resource current, string path, string? version, string manager)
    {
        var (before, after) = (BodyOf(current, version), BodyOf(next, version));
        before.Remove(Status, out var oldStatus);
        after.Remove(Status, out var newStatus);
        var isNewStatus = !JsonNode.DeepEquals(oldStatus, newStatus);
        if (!kind.HasStatus)
        {
            return new KubernetesRequest(HttpMethod.Put, $"{path}?{manager}", BodyOf(next, version));
        }

        var statusPath = $"{path}/status?{manager}";
        var status = (newStatus ?? new JsonObject()).DeepClone();
        if (isNewStatus && JsonNode.DeepEquals(before, after))
        {
            after[Status] = status;
            return new KubernetesRequest(HttpMethod.Put, statusPath, after);
        }

        return new KubernetesRequest(HttpMethod.Put, $"{path}?{manager}", after)
        {
            StatusAfter = isNewStatus ? (statusPath, WithStatus(next, status)) : null,
        };
    }

    private static KubernetesRequest Delete(Resource current, string path, string? version)
    {
        var preconditions = new JsonObject();
        if (current.Document.Field(Metadata).Text("uid") is { Length: > 0 } uid)
        {
            preconditions["uid"] = uid;
        }

        if (version is { Length: > 0 })
        {
            preconditions["resourceVersion"] = version;
        }

        return new KubernetesRequest(HttpMethod.Delete, path, new JsonObject { ["kind"] = "DeleteOptions", ["apiVersion"] = "v1", ["preconditions"] = preconditions });
    }

    private static JsonObject WithStatus(Resource next, JsonNode status)
    {
        var body = BodyOf(next, null);
        body[Status] = status.DeepClone();
        return body;
    }

    private static JsonObject BodyOf(Resource resource, string? version)
    {
        var body = JsonNode.Parse(resource.Document.GetRawText())!.AsObject();
        var metadata = body[Metadata] as JsonObject ?? [];
        body[Metadata] = metadata;
        foreach (var field in OfServer)
        {
            metadata.Remove(field);
        }

        metadata["name"] = resource.Id.Name;
        if (resource.Id.Namespace.Length > 0)
        {
            metadata["namespace"] = resource.Id.Namespace;
        }

        if (version is { Length: > 0 })
        {
            metadata["resourceVersion"] = version;
        }

        return body;
    }

    private static string PathOf(ResourceId id, ResourceKind kind, string version)
    {
        var root = kind.Group.Length == 0 ? $"api/{version}" : $"apis/{kind.Group}/{version}";
        var place = id.Namespace.Length > 0 ? $"namespaces/{Uri.EscapeDataString(id.Namespace)}/" : "";
        return $"{root}/{place}{kind.Plural}/{Uri.EscapeDataString(id.Name)}";
    }

    private static bool IsDeleting(Resource resource) => resource.Document.Field(Metadata).Text("deletionTimestamp").Length > 0;

    private static bool HasFinalizers(Resource resource) => resource.Document.Field(Metadata).Items("finalizers").Any();
}
