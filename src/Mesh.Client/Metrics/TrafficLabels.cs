using System.Collections.Immutable;
using System.Globalization;
using Mesh.Client.Metrics.Series;
using Mesh.Client.Model;

namespace Mesh.Client.Metrics;

/// <summary>Makes Istio's labels, in Istio's order; what is not known is <c>unknown</c> (istio_stats).</summary>
/// <remarks>Never an authority, a path or a user: those are whatever a caller likes, so that an unregistered host has the name of the cluster that passed it.</remarks>
internal static class TrafficLabels
{
    public const string Unknown = "unknown";
    public const string Source = "source";
    public const string Destination = "destination";
    public const string Http = "http";
    public const string Grpc = "grpc";
    public const string Tcp = "tcp";
    public const string MutualTls = "mutual_tls";
    public const string None = "none";

    private const string Latest = "latest";

    /// <summary>Of requests.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> OfRequest(TrafficParties parties, in TrafficKey key)
    {
        var labels = OfParties(parties, key.SourcePrincipal, key.DestinationPrincipal);
        labels.Add(new("request_protocol", key.IsGrpc ? Grpc : Http));
        labels.Add(new("response_code", key.HttpStatus.ToString(CultureInfo.InvariantCulture)));
        labels.Add(new("grpc_response_status", key.GrpcStatus == AttemptOutcome.NoGrpcStatus ? "" : key.GrpcStatus.ToString(CultureInfo.InvariantCulture)));
        labels.Add(new("response_flags", key.Flags));
        labels.Add(new("connection_security_policy", SecurityOf(parties, key)));
        return labels.ToImmutable();
    }

    /// <summary>Of gRPC's messages, which are counted whatever the call comes to.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> OfMessages(TrafficParties parties, in TrafficKey key)
    {
        var labels = OfParties(parties, key.SourcePrincipal, key.DestinationPrincipal);
        labels.Add(new("request_protocol", Grpc));
        labels.Add(new("connection_security_policy", SecurityOf(parties, key)));
        return labels.ToImmutable();
    }

    /// <summary>Of raw connections.</summary>
    public static SeriesLabels OfConnection(TrafficParties parties, in TrafficKey key)
    {
        var labels = OfParties(parties, key.SourcePrincipal, key.DestinationPrincipal);
        labels.Add(new("request_protocol", Tcp));
        labels.Add(new("response_flags", key.Flags));
        labels.Add(new("connection_security_policy", SecurityOf(parties, key)));
        return new SeriesLabels(labels.ToImmutable());
    }

    private static ImmutableArray<KeyValuePair<string, string>>.Builder OfParties(TrafficParties parties, string? sourcePrincipal, string? destinationPrincipal)
    {
        var (source, destination, service) = (parties.Source, parties.Destination, parties.Service);
        var labels = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>(25);
        labels.Add(new("reporter", parties.Reporter));
        labels.Add(new("source_workload", Or(source?.Name)));
        labels.Add(new("source_canonical_service", Or(source?.CanonicalService)));
        labels.Add(new("source_canonical_revision", Or(source?.CanonicalRevision, Latest)));
        labels.Add(new("source_workload_namespace", Or(source?.Namespace)));
        labels.Add(new("source_principal", Or(sourcePrincipal)));
        labels.Add(new("source_app", Or(source?.App)));
        labels.Add(new("source_version", Or(source?.Version)));
        labels.Add(new("source_cluster", Or(source?.Cluster)));
        labels.Add(new("destination_workload", Or(destination?.Name)));
        labels.Add(new("destination_workload_namespace", Or(destination?.Namespace)));
        labels.Add(new("destination_principal", Or(destinationPrincipal)));
        labels.Add(new("destination_app", Or(destination?.App)));
        labels.Add(new("destination_version", Or(destination?.Version)));
        labels.Add(new("destination_service", Or(service?.Host)));
        labels.Add(new("destination_canonical_service", Or(destination?.CanonicalService)));
        labels.Add(new("destination_canonical_revision", Or(destination?.CanonicalRevision, Latest)));
        labels.Add(new("destination_service_name", Or(service?.Name ?? parties.PassedBy)));
        labels.Add(new("destination_service_namespace", Or(destination?.Namespace is { Length: > 0 } known ? known : service?.Namespace)));
        labels.Add(new("destination_cluster", Or(destination?.Cluster)));
        return labels;
    }

    // Istio: only the server side tells it.
    private static string SecurityOf(TrafficParties parties, in TrafficKey key) =>
        parties.Reporter == Source ? Unknown : key.SourcePrincipal is not null && key.DestinationPrincipal is not null ? MutualTls : None;

    private static string Or(string? value, string fallback = Unknown) => string.IsNullOrEmpty(value) ? fallback : value;
}
