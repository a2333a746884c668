using System.Collections.Frozen;
using Mesh.Client.Model;
using Mesh.Client.Tests.Pipeline;

namespace Mesh.Client.Tests.Transport;

/// <summary>Puts one cluster with a policy behind a host.</summary>
internal static class PolicyMesh
{
    public static OutboundHarness Forward(this OutboundHarness mesh, string host, ClusterPolicy policy, params int[] ports) =>
        mesh.Forward(host, 80, policy, ports);

    public static OutboundHarness Forward(this OutboundHarness mesh, string host, int port, ClusterPolicy policy, params int[] ports) => mesh.Publish(new Destination
    {
        Authority = new Authority(host, port),
        Status = DestinationStatus.Routed,
        VirtualHost = new VirtualHost(host, [host], [OutboundHarness.To("one")]),
        Clusters = new Dictionary<string, Cluster> { ["one"] = OutboundHarness.Cluster("one", ports) with { Policy = policy } }.ToFrozenDictionary(),
    });

    public static string Flags(this HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-mesh-response-flags", out var flags) ? string.Join(',', flags) : "";

    public static async Task<string> GetTextAsync(this HttpMessageInvoker invoker, string uri, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        using var response = await invoker.SendAsync(request, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }
}
