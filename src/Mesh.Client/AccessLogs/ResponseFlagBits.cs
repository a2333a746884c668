namespace Mesh.Client.AccessLogs;

/// <summary>The bits that stand for response flags in Envoy's attribute <c>response.flags</c>.</summary>
internal static class ResponseFlagBits
{
    // In the order of Envoy's CoreResponseFlag.
    private static readonly string[] Order =
    [
        "LH", "UH", "UT", "LR", "UR", "UF", "UC", "UO", "NR", "DI", "FI", "RL", "UAEX", "RLSE", "DC", "URX", "SI", "IH", "DPE", "UMSDR", "RFCF", "NFCF", "DT", "UPE", "NC", "OM", "DF", "DO", "DR", "UDO",
    ];

    /// <summary>0 for letters that have none.</summary>
    public static long Of(string flag) => Array.IndexOf(Order, flag) is >= 0 and var index ? 1L << index : 0;
}
