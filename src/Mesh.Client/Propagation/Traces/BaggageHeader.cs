using System.Diagnostics;
using System.Text;

namespace Mesh.Client.Propagation.Traces;

/// <summary>Adds what the application has put into the baggage to what its caller has sent (W3C Baggage).</summary>
internal static class BaggageHeader
{
    /// <summary>W3C Baggage 3.3.2: at least so much is to be passed on; more is left out.</summary>
    private const int MaxLength = 8192;

    /// <summary>The caller's members stay as they are, properties included; members of the same name are the caller's.</summary>
    public static string Merge(string received, Activity activity)
    {
        StringBuilder? merged = null;
        foreach (var (key, value) in activity.Baggage)
        {
            if (Contains(received, key))
            {
                continue;
            }

            var member = $"{Uri.EscapeDataString(key)}={Uri.EscapeDataString(value ?? "")}";
            merged ??= new StringBuilder(received);
            if (merged.Length + member.Length < MaxLength)
            {
                merged.Append(',').Append(member);
            }
        }

        return merged?.ToString() ?? received;
    }

    private static bool Contains(string received, string key)
    {
        foreach (var range in received.AsSpan().Split(','))
        {
            var member = received.AsSpan()[range];
            var equals = member.IndexOf('=');
            if (equals >= 0 && member[..equals].Trim().Equals(key, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
