using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Generation.Inbound;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Serving;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Api.Endpoints;

/// <summary>The inbound listeners of a workload as it is served them, with mode and policies, for whoever asks what would become of a request.</summary>
internal sealed class InboundEndpoints(IMeshStateSource source, IResourceGenerator generator, ConnectedClients clients, string trustDomain)
{
    public IEnumerable<ApiRoute> Routes => [ApiRoute.Get("/api/v1/namespaces/{namespace}/workloads/{workload}/inbound", Permission.ReadMesh, ReadAsync)];

    private Task ReadAsync(ApiCall call)
    {
        var (ns, name) = (call.Route("namespace"), call.Route("workload"));
        call.RequireIn(ns);
        var found = clients.Current.FirstOrDefault(client => client.Node.View.Namespace == ns && Names(client).Contains(name, StringComparer.Ordinal));
        return found?.Node.Workload is { } workload
            ? call.WriteListAsync("InboundListenerList", Listeners(source.Current, found, workload))
            : throw ApiException.NotFound($"No connected workload of namespace '{ns}' is named '{name}'; names are those of workloads, services and nodes.");
    }

    // The metadata of endpoints names the owner of a process, not the process.
    private static IEnumerable<string> Names(ConnectedClient client) =>
        client.Node.Workload is { } workload ? [workload.WorkloadName, workload.Owner, workload.ServiceName, client.Node.Id] : [];

    private IEnumerable<JsonNode> Listeners(MeshState state, ConnectedClient client, WorkloadInstance workload)
    {
        foreach (var (portName, port) in workload.Ports)
        {
            var address = workload.Address.Contains(':', StringComparison.Ordinal) ? $"[{workload.Address}]" : workload.Address;
            var name = string.Create(CultureInfo.InvariantCulture, $"{InboundListenerGenerator.Prefix}{address}:{port}");
            if (generator.Generate(state, client.Node.View, XdsTypeUrl.Listener, name) is { } listener)
            {
                yield return new JsonObject
                {
                    ["workload"] = workload.WorkloadName,
                    ["namespace"] = workload.Namespace,
                    ["serviceAccount"] = workload.ServiceAccount,
                    ["trustDomain"] = trustDomain,
                    ["name"] = name,
                    ["port"] = port,
                    ["portName"] = portName,
                    ["version"] = listener.Version,

                    // The bytes themselves: whoever explains them decodes them as the workload does.
                    ["listener"] = listener.Payload.ToBase64(),
                };
            }
        }
    }
}
