using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Registries;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Serving;

namespace Mesh.ControlPlane.Api.Endpoints;

/// <summary>How the control plane stands, and what is wrong with its configuration.</summary>
internal sealed class StatusEndpoints(IMeshStateSource source, ConnectedClients clients, ServerFacts facts, TimeProvider time)
{
    private const int MaxFindings = 1_000;

    public IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get("/api/v1/status", Permission.ReadMesh, StatusAsync),
        ApiRoute.Get("/api/v1/findings", Permission.ReadMesh, FindingsAsync),
    ];

    private Task StatusAsync(ApiCall call)
    {
        var state = source.Current;
        return call.WriteAsync(new JsonObject
        {
            ["apiVersion"] = ApiCall.Version,
            ["kind"] = "ControlPlaneStatus",
            ["name"] = ControlPlaneIdentity.Name,
            ["version"] = ControlPlaneIdentity.Version,
            ["runtime"] = Environment.Version.ToString(),
            ["now"] = time.GetUtcNow().ToString("O"),
            ["startedAt"] = facts.StartedAt.ToString("O"),
            ["store"] = facts.Store,
            ["resources"] = state.Config.Resources.Values.Count(resource => call.MayIn(resource.Id.Namespace)),
            ["services"] = state.Registry.Services.Values.Count(service => call.MayIn(service.Namespace)),
            ["endpoints"] = state.Registry.Services.Values.Where(service => call.MayIn(service.Namespace)).Sum(service => state.Registry.EndpointsOf(service).Length),
            ["registries"] = RegistryDescription.Of(facts.Registries, call),
            ["cluster"] = facts.Place.Cluster,
            ["network"] = facts.Place.Network,
            ["clients"] = clients.Current.Count(client => call.MayIn(client.Node.View.Namespace)),
            ["plaintextPort"] = facts.HasPlaintextPort,
            ["asksForTokens"] = facts.AsksForTokens,
            ["loopback"] = facts.IsLoopback,
        });
    }

    private Task FindingsAsync(ApiCall call)
    {
        // A file holds resources of any namespace.
        call.RequireEverywhere();
        return call.WriteListAsync("FindingList", facts.Findings()
            .Where(finding => finding.Severity > FindingSeverity.Information)
            .Take(MaxFindings)
            .Select(finding => new JsonObject
            {
                ["severity"] = finding.Severity == FindingSeverity.Error ? "error" : "warning",
                ["subject"] = finding.Subject,
                ["field"] = finding.Path,
                ["message"] = finding.Message,
                ["origin"] = finding.Origin?.ToString(),
            }));
    }
}
