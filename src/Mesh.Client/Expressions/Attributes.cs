using Mesh.Client.Model;

namespace Mesh.Client.Expressions;

/// <summary>The attributes that both sides of a request have in common, by Envoy's and Istio's names.</summary>
internal static class Attributes
{
    /// <summary>Envoy: bits of a number; the letters are for logs.</summary>
    private static readonly (string Letters, long Bit)[] FlagBits =
    [
        ("LH", 0x1), ("UH", 0x2), ("UT", 0x4), ("LR", 0x8), ("UR", 0x10), ("UF", 0x20), ("UC", 0x40), ("UO", 0x80), ("NR", 0x100), ("DI", 0x200), ("FI", 0x400), ("RL", 0x800),
        ("UAEX", 0x1000), ("RLSE", 0x2000), ("DC", 0x4000), ("URX", 0x8000), ("SI", 0x10000), ("IH", 0x20000), ("DPE", 0x40000), ("UMSDR", 0x80000), ("RFCF", 0x100000),
        ("NFCF", 0x200000), ("DT", 0x400000), ("UPE", 0x800000), ("NC", 0x1000000), ("OM", 0x2000000), ("DF", 0x4000000), ("DO", 0x8000000),
    ];

    /// <summary>Empty stands for a field that is not there.</summary>
    public static CelValue? Text(string? value) => string.IsNullOrEmpty(value) ? null : CelValue.Of(value);

    public static long Flags(string letters)
    {
        var bits = 0L;
        foreach (var (known, bit) in FlagBits)
        {
            bits |= Array.IndexOf(letters.Split(','), known) >= 0 ? bit : 0;
        }

        return bits;
    }

    /// <summary>A workload as <c>upstream_peer</c>, <c>downstream_peer</c> and <c>node</c> of Istio's expressions.</summary>
    public static CelValue Of(WorkloadReference? workload, string name) => CelValue.Of(new CelFields(name, field => workload is null ? null : field switch
    {
        "workload" or "workload_name" => Text(workload.Name),
        "namespace" => Text(workload.Namespace),
        "service" or "canonical_name" => Text(workload.CanonicalService),
        "revision" or "canonical_revision" => Text(workload.CanonicalRevision),
        "app" or "app_name" => Text(workload.App),
        "version" or "app_version" => Text(workload.Version),
        "cluster" or "cluster_id" => Text(workload.Cluster),
        "labels" => CelValue.Of(new CelFields("labels", label => Label(workload, label))),
        _ => null,
    }));

    private static CelValue? Label(WorkloadReference workload, string name) => Text(name switch
    {
        "app" => workload.App,
        "version" => workload.Version,
        "service.istio.io/canonical-name" => workload.CanonicalService,
        "service.istio.io/canonical-revision" => workload.CanonicalRevision,
        _ => null,
    });
}
