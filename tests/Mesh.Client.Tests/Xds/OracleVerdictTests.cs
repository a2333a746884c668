using System.Text.Json;
using Mesh.Client.Xds.Decoders;
using Mesh.Client.Xds.Decoders.Clusters;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Envoy.Listener;
using Mesh.Testing;
using WireCluster = Mesh.Protocol.Envoy.Cluster.Cluster;
using WireRoutes = Mesh.Protocol.Envoy.Route.RouteConfiguration;

namespace Mesh.Client.Tests.Xds;

/// <summary>Compares what is accepted with what gRPC's clients (C++, Go, Node) accepted of the same bytes.</summary>
public sealed class OracleVerdictTests
{
    /// <summary>Where all three refuse and this client does not: docs/xds-verdicts.md says why.</summary>
    private static readonly HashSet<string> AcceptedOnPurpose = new(StringComparer.Ordinal) { "CDS lb RANDOM", "CDS tls trusted_ca file" };

    [Fact]
    public void Decode_WhereTheClientsOfGrpcAgree_HasTheirVerdict()
    {
        using var oracle = JsonDocument.Parse(File.ReadAllBytes(Repository.RequireSharedData("xds-oracle.json")));
        var differences = new List<string>();
        var compared = 0;
        foreach (var entry in oracle.RootElement.EnumerateArray())
        {
            var verdicts = new[] { "grpc-go 1.73.0", "grpc-js-xds 1.14.1", "C-core 1.51.1" }.Select(client => entry.GetProperty(client).GetString()).Distinct().ToArray();
            if (verdicts is not ["ACK" or "NACK"])
            {
                continue;
            }

            compared++;
            var name = $"{entry.GetProperty("type").GetString()} {entry.GetProperty("name").GetString()}";
            var errors = Decode(entry.GetProperty("type").GetString()!, entry.GetProperty("resource_any_value_base64").GetBytesFromBase64());
            var expected = AcceptedOnPurpose.Contains(name) ? "ACK" : verdicts[0];
            if ((errors.IsEmpty ? "ACK" : "NACK") != expected)
            {
                differences.Add($"{name}: expected {expected}, errors [{string.Join("; ", errors)}]");
            }
        }

        Assert.Empty(differences);
        Assert.InRange(compared, 40, 70);
    }

    [Fact]
    public void Decode_WhereTheClientsDisagree_IsAsDocumented()
    {
        using var oracle = JsonDocument.Parse(File.ReadAllBytes(Repository.RequireSharedData("xds-oracle.json")));
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "xds-verdicts.md"));
        var missing = new List<string>();
        foreach (var entry in oracle.RootElement.EnumerateArray())
        {
            var verdicts = new[] { "grpc-go 1.73.0", "grpc-js-xds 1.14.1", "C-core 1.51.1" }.Select(client => entry.GetProperty(client).GetString()).Distinct().ToArray();
            if (verdicts is ["ACK" or "NACK"])
            {
                continue;
            }

            var type = entry.GetProperty("type").GetString()!;
            var verdict = Decode(type, entry.GetProperty("resource_any_value_base64").GetBytesFromBase64()).IsEmpty ? "ACK" : "NACK";
            var row = $"| {type} {entry.GetProperty("name").GetString()} | {verdict} |";
            if (!page.Contains(row, StringComparison.Ordinal))
            {
                missing.Add(row);
            }
        }

        Assert.Empty(missing);
    }

    private static System.Collections.Immutable.ImmutableArray<string> Decode(string type, byte[] bytes) => type switch
    {
        "LDS" => ListenerDecoder.Decode(Listener.Parser.ParseFrom(bytes)).Errors,
        "RDS" => RouteConfigurationDecoder.Decode(WireRoutes.Parser.ParseFrom(bytes)).Errors,
        "CDS" => ClusterDecoder.Decode(WireCluster.Parser.ParseFrom(bytes), ["default"]).Errors,
        _ => EndpointDecoder.Decode(ClusterLoadAssignment.Parser.ParseFrom(bytes)).Errors,
    };
}
