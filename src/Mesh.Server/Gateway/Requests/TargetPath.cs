using System.Text;
using Mesh.Client.Model.Authorization;

namespace Mesh.Server.Gateway.Requests;

/// <summary>Brings the target of a request into the form that policies, routes and callees see: Envoy's <c>normalize_path</c> and what goes with it.</summary>
internal static class TargetPath
{
    /// <summary>Null when the target is nothing that can be forwarded.</summary>
    /// <param name="target">As it came: origin form, absolute form, or <c>*</c>.</param>
    /// <param name="form">What the mesh asks for.</param>
    public static string? Normalize(string target, PathNormalization form)
    {
        if (target is not ['/', ..])
        {
            if (!Uri.TryCreate(target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }, out var absolute) || absolute.Scheme is not ("http" or "https"))
            {
                return target == "*" ? target : null;
            }

            target = absolute.PathAndQuery;
        }

        // RFC 9110 7.1: a fragment is the client's own.
        var hash = target.IndexOf('#', StringComparison.Ordinal);
        target = hash < 0 ? target : target[..hash];
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (target, "") : (target[..question], target[question..]);
        return IsPlain(path) || !form.DotSegments ? target : Resolve(path, form) + query;
    }

    // Most paths have nothing to do.
    private static bool IsPlain(string path) =>
        !path.Contains("/.", StringComparison.Ordinal)
        && !path.Contains("//", StringComparison.Ordinal)
        && !path.Contains('\\', StringComparison.Ordinal)
        && !path.Contains('%', StringComparison.Ordinal);

    private static string Resolve(string path, PathNormalization form)
    {
        path = path.Replace('\\', '/');
        if (form.DecodesSlashes)
        {
            path = path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).Replace("%5C", "/", StringComparison.OrdinalIgnoreCase);
        }

        var segments = new List<string>();
        var parts = path[1..].Split('/');
        for (var index = 0; index < parts.Length; index++)
        {
            var isLast = index == parts.Length - 1;
            var plain = parts[index].Replace("%2E", ".", StringComparison.OrdinalIgnoreCase);
            switch (plain)
            {
                case ".":
                    AddEnd(segments, isLast);
                    break;
                case "..":
                    RemoveLast(segments);
                    AddEnd(segments, isLast);
                    break;
                case "" when form.MergesSlashes && !isLast:
                    break;
                default:
                    segments.Add(parts[index]);
                    break;
            }
        }

        return Join(segments);
    }

    private static void AddEnd(List<string> segments, bool isLast)
    {
        if (isLast)
        {
            segments.Add("");
        }
    }

    private static void RemoveLast(List<string> segments)
    {
        if (segments.Count > 0)
        {
            segments.RemoveAt(segments.Count - 1);
        }
    }

    private static string Join(List<string> segments)
    {
        var result = new StringBuilder();
        foreach (var segment in segments)
        {
            result.Append('/').Append(segment);
        }

        return result.Length == 0 ? "/" : result.ToString();
    }
}
