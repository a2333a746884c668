using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;

namespace Mesh.Protocol.Xds;

/// <summary>The value of <c>x-envoy-peer-metadata</c>: a workload as a struct, in Base64 (Istio's metadata exchange).</summary>
internal sealed record PeerMetadata
{
    /// <summary>Longer ones are nobody's.</summary>
    private const int MaxLength = 8 * 1024;

    /// <summary>What is longer is cut, as tag overrides are: names of Kubernetes have 253 characters at most, and every one that a peer makes up becomes labels of series.</summary>
    private const int MaxText = 256;

    private const string AppLabel = "app";
    private const string VersionLabel = "version";
    private const string NameLabel = "service.istio.io/canonical-name";
    private const string RevisionLabel = "service.istio.io/canonical-revision";

    /// <summary>Of the process.</summary>
    public string Name { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Workload { get; init; } = "";

    public string Cluster { get; init; } = "";

    public string App { get; init; } = "";

    public string Version { get; init; } = "";

    public string CanonicalName { get; init; } = "";

    public string CanonicalRevision { get; init; } = "";

    /// <summary>Null for what cannot be read.</summary>
    public static PeerMetadata? Decode(string text)
    {
        if (text.Length is 0 or > MaxLength)
        {
            return null;
        }

        try
        {
            // Envoy writes no padding where there need be none.
            var fields = Struct.Parser.ParseFrom(Convert.FromBase64String(text.TrimEnd('=').PadRight((text.TrimEnd('=').Length + 3) / 4 * 4, '='))).Fields;
            var labels = fields.TryGetValue("LABELS", out var found) && found.StructValue is { } known ? known.Fields : [];
            return new PeerMetadata
            {
                Name = Text(fields, "NAME"),
                Namespace = Text(fields, "NAMESPACE"),
                Workload = Text(fields, "WORKLOAD_NAME"),
                Cluster = Text(fields, "CLUSTER_ID"),
                App = Text(labels, AppLabel),
                Version = Text(labels, VersionLabel),
                CanonicalName = Text(labels, NameLabel),
                CanonicalRevision = Text(labels, RevisionLabel),
            };
        }
        catch (Exception exception) when (exception is FormatException or InvalidProtocolBufferException)
        {
            return null;
        }
    }

    public string Encode()
    {
        var labels = new Struct();
        Add(labels, AppLabel, App);
        Add(labels, VersionLabel, Version);
        Add(labels, NameLabel, CanonicalName);
        Add(labels, RevisionLabel, CanonicalRevision);
        var fields = new Struct { Fields = { ["LABELS"] = Value.ForStruct(labels) } };
        Add(fields, "NAME", Name);
        Add(fields, "NAMESPACE", Namespace);
        Add(fields, "WORKLOAD_NAME", Workload);
        Add(fields, "CLUSTER_ID", Cluster);
        Add(fields, "OWNER", $"kubernetes://apis/apps/v1/namespaces/{Namespace}/deployments/{Workload}");
        return Convert.ToBase64String(fields.ToByteArray());
    }

    private static void Add(Struct fields, string key, string value)
    {
        if (value.Length > 0)
        {
            fields.Fields[key] = Value.ForString(value);
        }
    }

    private static string Text(MapField<string, Value> fields, string key) =>
        !fields.TryGetValue(key, out var value) ? "" : value.StringValue is { Length: > MaxText } text ? text[..MaxText] : value.StringValue;
}
