namespace Mesh.Client.Model;

/// <summary>Finds the virtual host of an authority: exact, then the longest suffix, then the longest prefix, then any (gRFC A27).</summary>
internal static class DomainMatch
{
    private const int NoMatch = -1;

    // Each kind beats every length of the next one: a domain name has at most 253 characters, a pattern with a port some more.
    private const int AnyScore = 0;
    private const int PrefixScore = 1 << 16;
    private const int SuffixScore = 1 << 17;
    private const int ExactScore = 1 << 18;

    /// <summary>The virtual host for the authority, whose domains may be written with or without the port; null when none matches.</summary>
    public static VirtualHost? Find(RouteConfiguration routes, Authority authority)
    {
        var withPort = routes.IgnoresPort ? authority.Host : authority.ToString();
        VirtualHost? best = null;
        var bestScore = NoMatch;
        foreach (var host in routes.VirtualHosts)
        {
            foreach (var domain in host.Domains)
            {
                var score = Math.Max(Score(domain, withPort), Score(domain, authority.Host));
                if (score > bestScore)
                {
                    (best, bestScore) = (host, score);
                }
            }
        }

        return best;
    }

    /// <summary>Whether the domain pattern covers the host, which may carry a port.</summary>
    public static bool Covers(string domain, string host) => Score(domain, host) != NoMatch;

    private static int Score(string domain, string host)
    {
        if (domain == "*")
        {
            return AnyScore;
        }

        if (domain.StartsWith('*'))
        {
            // The star stands for at least one character.
            var suffix = domain.AsSpan(1);
            return host.Length > suffix.Length && host.AsSpan().EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                ? SuffixScore + domain.Length
                : NoMatch;
        }

        if (domain.EndsWith('*'))
        {
            var prefix = domain.AsSpan(0, domain.Length - 1);
            return host.Length > prefix.Length && host.AsSpan().StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
                ? PrefixScore + domain.Length
                : NoMatch;
        }

        return string.Equals(domain, host, StringComparison.OrdinalIgnoreCase) ? ExactScore + domain.Length : NoMatch;
    }
}
