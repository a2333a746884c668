using System.Net;
using Mesh.ControlPlane.Serving.Nodes;

namespace Mesh.ControlPlane.Hosting.Security;

/// <summary>Finds all that is wrong with the settings of identity: trust domain, state, certificate authority.</summary>
internal static class AuthorityOptionsRules
{
    private const int MostPerSecond = 100_000;

    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(90);

    public static void Check(MeshControlPlaneOptions options, List<string> errors)
    {
        var authority = options.Authority;
        RequireTrustDomain(nameof(options.TrustDomain), options.TrustDomain, errors);
        foreach (var trustDomain in authority.FederatedTrustDomains.Keys)
        {
            RequireTrustDomain($"Authority:{nameof(authority.FederatedTrustDomains)}", trustDomain, errors);
            if (trustDomain == options.TrustDomain)
            {
                errors.Add($"{Key(nameof(authority.FederatedTrustDomains))}: expected other trust domains than the mesh's own, got '{trustDomain}'.");
            }
        }

        if (!Enum.IsDefined(authority.KeyAlgorithm))
        {
            errors.Add($"{Key(nameof(authority.KeyAlgorithm))}: expected {string.Join(" or ", Enum.GetNames<AuthorityKeyAlgorithm>())}, got '{authority.KeyAlgorithm}'.");
        }

        RequireLife(nameof(authority.MaxLifetime), authority.MaxLifetime, LongestLife, errors);
        RequireLife(nameof(authority.DefaultLifetime), authority.DefaultLifetime, authority.MaxLifetime, errors);
        if (authority.Rate is not (> 0 and <= MostPerSecond))
        {
            errors.Add($"{Key(nameof(authority.Rate))}: expected a number above 0 and at most {MostPerSecond}, got {authority.Rate}.");
        }

        if (authority.Burst is < 1 or > MostPerSecond)
        {
            errors.Add($"{Key(nameof(authority.Burst))}: expected a number from 1 to {MostPerSecond}, got {authority.Burst}.");
        }

        foreach (var account in authority.NodeAccounts.Where(account => account.Split('/') is not [{ Length: > 0 }, { Length: > 0 }]))
        {
            errors.Add($"{Key(nameof(authority.NodeAccounts))}: expected namespace/serviceaccount, got '{account}'.");
        }

        RequireKubernetes(authority, errors);
    }

    private static void RequireKubernetes(MeshAuthorityOptions authority, List<string> errors)
    {
        if (authority.KubernetesApiServer is not { Length: > 0 } server)
        {
            return;
        }

        // The tokens of workloads go there, and who answers decides who they are.
        if (!Uri.TryCreate(server, UriKind.Absolute, out var address)
            || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip))))
        {
            errors.Add($"{Key(nameof(authority.KubernetesApiServer))}: expected an https URL, or http on a loopback address, got '{server}'.");
        }

        if (authority.KubernetesAudience.Length == 0)
        {
            errors.Add($"{Key(nameof(authority.KubernetesAudience))}: expected an audience such as istio-ca, got none.");
        }
    }

    private static void RequireTrustDomain(string key, string trustDomain, List<string> errors)
    {
        if (!DnsName.IsName(trustDomain))
        {
            errors.Add($"{MeshControlPlaneOptions.SectionName}:{key}: expected a DNS name in lower case such as cluster.local, got '{trustDomain}'.");
        }
    }

    private static void RequireLife(string key, TimeSpan life, TimeSpan longest, List<string> errors)
    {
        if (life < ShortestLife || life > longest)
        {
            errors.Add($"{Key(key)}: expected a time from {ShortestLife} to {longest}, got {life}.");
        }
    }

    private static string Key(string key) => $"{MeshControlPlaneOptions.SectionName}:{nameof(MeshControlPlaneOptions.Authority)}:{key}";
}
