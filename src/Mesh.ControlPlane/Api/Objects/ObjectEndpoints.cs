using Mesh.Config.Admission;
using Mesh.ControlPlane.Api.Objects.Reading;
using Mesh.ControlPlane.Api.Objects.Rendering;
using Mesh.ControlPlane.Api.Objects.Watching;
using Mesh.ControlPlane.Api.Objects.Writing;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects;

/// <summary>The objects of all kinds under Kubernetes' paths: finds what a request means, checks that its caller may, and passes it on.</summary>
internal sealed class ObjectEndpoints
{
    private readonly ObjectReads _reads;
    private readonly ObjectWatches _watches;
    private readonly ObjectWrites _writes;
    private readonly ObjectPatches _patches;
    private readonly AccountTokens _tokens;

    public ObjectEndpoints(ObjectSource source, ResourceReader reader, AccountTokens tokens, ObjectClock clock)
    {
        var renderer = new ObjectRenderer(clock.Time);
        var changes = new ObjectChanges(source, reader, clock.Time, clock.Random);
        _reads = new ObjectReads(source, renderer, clock.Time);
        _watches = new ObjectWatches(source, renderer, clock.Time, clock.Stopping);
        _writes = new ObjectWrites(source, renderer, changes);
        _patches = new ObjectPatches(source, renderer, changes);
        _tokens = tokens;
    }

    public IEnumerable<ApiRoute> Routes =>
    [
        .. ApiRoute.Objects("/api/v1/{**rest}", call => AnswerAsync(call, "", "v1")),
        .. ApiRoute.Objects("/apis/{group}/{version}/{**rest}", call => AnswerAsync(call, call.Route("group"), call.Route("version"))),
    ];

    private Task AnswerAsync(ApiCall call, string group, string version)
    {
        var path = ObjectPath.Parse(group, version, call.Http.Request.RouteValues["rest"] as string ?? "") ?? throw ObjectErrors.Nowhere();
        var verb = VerbOf(call, path);

        // For the audit log, which knows no paths.
        call.Http.Request.RouteValues["namespace"] = path.Namespace;
        ObjectAccess.Require(call, verb, path);
        return path.Subresource switch
        {
            null => AnswerAsync(call, path, verb),
            "status" when path.Kind.HasStatus && verb is "get" or "update" or "patch" => AnswerAsync(call, path, verb),
            "status" when path.Kind.HasStatus => throw ObjectErrors.MethodNotAllowed(),
            "token" when path.Kind.Kind == "ServiceAccount" && verb == "create" => _tokens.CreateAsync(call, path),
            _ => throw ObjectErrors.Nowhere(),
        };
    }

    private Task AnswerAsync(ApiCall call, ObjectPath path, string verb) => verb switch
    {
        "get" => _reads.GetAsync(call, path),
        "list" => _reads.ListAsync(call, path),
        "watch" => _watches.WatchAsync(call, path),
        _ when ServedKinds.IsReadOnly(path.Kind) => throw ObjectErrors.MethodNotAllowed(),
        "create" => _writes.CreateAsync(call, path),
        "update" => _writes.ReplaceAsync(call, path),
        "patch" => _patches.PatchAsync(call, path),
        "delete" => _writes.DeleteAsync(call, path),
        _ => _writes.DeleteCollectionAsync(call, path),
    };

    // Kubernetes' words for what a request does, by which rights are given too.
    private static string VerbOf(ApiCall call, ObjectPath path)
    {
        var isOne = path.Name is not null;
        var isPlaced = !path.Kind.Namespaced || path.Namespace is not null;
        return call.Http.Request.Method switch
        {
            "GET" when WatchRequest.IsWatch(call) => "watch",
            "GET" => isOne ? "get" : "list",
            "POST" when (!isOne || path.Subresource is not null) && isPlaced => "create",
            "PUT" when isOne => "update",
            "PATCH" when isOne => "patch",
            "DELETE" when isOne && path.Subresource is null => "delete",
            "DELETE" when !isOne && isPlaced => "deletecollection",
            _ => throw ObjectErrors.MethodNotAllowed(),
        };
    }
}
