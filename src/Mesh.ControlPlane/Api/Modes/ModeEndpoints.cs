using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Serving.Modes;
using Mesh.ControlPlane.Serving.Taps;

namespace Mesh.ControlPlane.Api.Modes;

/// <summary>What the calls of each process follow, and the switch that takes them out of the mesh and back; every use of it is on record.</summary>
internal sealed class ModeEndpoints(ModeOrders orders, ModeClients clients, TimeProvider time)
{
    private const int MaxText = 256;

    public IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get("/api/v1/modes", Permission.ReadMesh, ListAsync),
        ApiRoute.Post("/api/v1/modes", Permission.WriteMesh, SwitchAsync),
    ];

    private Task ListAsync(ApiCall call) => call.WriteAsync(new JsonObject
    {
        ["apiVersion"] = ApiCall.Version,
        ["kind"] = "ModeList",
        ["items"] = new JsonArray([.. clients.Current.Where(client => call.MayIn(client.Name.Namespace)).Select(client => ModeDescription.Of(client, orders.Find(client.Name)))]),
        ["orders"] = new JsonArray([.. orders.Current.Where(order => order.Namespace is null || call.MayIn(order.Namespace)).Select(ModeDescription.Of)]),
    });

    // All that it asks for is in its query, so that it is on record.
    private async Task SwitchAsync(ApiCall call)
    {
        var (ns, target, reason) = (Text(call, "namespace"), Text(call, "target"), Text(call, "reason"));
        if (target is not null && TapTarget.Parse(target) is null)
        {
            throw ApiException.BadRequest($"target: expected a service or workload: NAME, svc/NAME, deploy/NAME or pod/NAME; got '{target}'.");
        }

        if (ns is null)
        {
            call.RequireEverywhere();
        }
        else
        {
            call.RequireIn(ns);
        }

        var answer = Text(call, "mode") switch
        {
            "direct" => Order(new ModeOrder(ns, target, call.Caller.Name, time.GetUtcNow(), reason ?? "")),
            "mesh" => TakeBack(ns, target),
            var other => throw ApiException.BadRequest($"mode: expected direct or mesh, got '{other}'."),
        };
        await call.WriteAsync(answer);
    }

    private JsonObject Order(ModeOrder order)
    {
        if (!orders.Add(order))
        {
            throw new ApiException(StatusCodes.Status429TooManyRequests, "TooManyRequests", $"{ModeOrders.Limit} orders hold already; take some back first.");
        }

        return Answer("direct", [order]);
    }

    private JsonObject TakeBack(string? ns, string? target)
    {
        var gone = orders.Remove(ns, target);
        return gone.Length > 0
            ? Answer("mesh", gone)
            : throw ApiException.NotFound($"Nothing is ordered out of the mesh for {new ModeOrder(ns, target, "", default, "").Scope}. 'meshctl mode list' shows what is; a process may also have been switched by its own settings.");
    }

    private JsonObject Answer(string mode, IReadOnlyCollection<ModeOrder> about) => new()
    {
        ["apiVersion"] = ApiCall.Version,
        ["kind"] = "ModeChange",
        ["mode"] = mode,
        ["orders"] = new JsonArray([.. about.Select(ModeDescription.Of)]),
        ["processes"] = clients.Current.Count(client => about.Any(order => ModeOrders.Means(order, client.Name))),
    };

    private static string? Text(ApiCall call, string name) => call.Query(name) switch
    {
        null => null,
        { Length: <= MaxText } text when !text.Any(char.IsControl) => text,
        _ => throw ApiException.BadRequest($"{name}: expected a text of at most {MaxText} printable characters."),
    };
}
