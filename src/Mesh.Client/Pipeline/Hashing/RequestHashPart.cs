using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Hashing;

/// <summary>One hash policy of a route, ready to be computed.</summary>
internal abstract class RequestHashPart(bool isTerminal)
{
    public bool IsTerminal => isTerminal;

    public static RequestHashPart Of(HashPolicy policy) => policy.Kind switch
    {
        HashPolicyKind.Header => new HeaderHash(policy),
        HashPolicyKind.Cookie => new CookieHash(policy),
        HashPolicyKind.QueryParameter => new QueryParameterHash(policy),
        HashPolicyKind.SourceIp => new SourceAddressHash(policy),
        _ => new ChannelHash(policy),
    };

    /// <summary>Null when the request does not have what is hashed.</summary>
    public abstract ulong? Compute(OutboundCall call, Random random);
}
