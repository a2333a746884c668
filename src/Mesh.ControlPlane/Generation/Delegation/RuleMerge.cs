using Mesh.Config.Istio.Networking;

namespace Mesh.ControlPlane.Generation.Delegation;

/// <summary>Merges the rule of a delegate into the rule that refers to it.</summary>
internal static class RuleMerge
{
    /// <summary>The delegate's rule, narrowed by the root's match and completed by what the root says; null when their matches exclude each other.</summary>
    public static HTTPRoute? Merge(HTTPRoute root, HTTPRoute own)
    {
        if (MatchMerge.Merge(root.Match, own.Match) is not { } matches)
        {
            return null;
        }

        var result = own.Clone();
        result.Match.Clear();
        result.Match.AddRange(matches);
        result.Name = Join(root.Name, own.Name);
        result.Rewrite ??= root.Rewrite?.Clone();
        result.DirectResponse ??= root.DirectResponse?.Clone();
        result.Timeout ??= root.Timeout?.Clone();
        result.Retries ??= root.Retries?.Clone();
        result.Fault ??= root.Fault?.Clone();
        result.Mirror ??= root.Mirror?.Clone();
        result.MirrorPercentage ??= root.MirrorPercentage?.Clone();
#pragma warning disable CS0612 // Istio still reads the old whole-number field where the new one is unset.
        result.MirrorPercent ??= root.MirrorPercent;
#pragma warning restore CS0612
        result.CorsPolicy ??= root.CorsPolicy?.Clone();
        result.Headers ??= root.Headers?.Clone();
        if (result.Mirrors.Count == 0)
        {
            result.Mirrors.AddRange(root.Mirrors);
        }

        return result;
    }

    /// <summary>As Istio names what was merged.</summary>
    public static string Join(string root, string own) => root.Length == 0 ? own : own.Length == 0 ? root : $"{root}-{own}";
}
