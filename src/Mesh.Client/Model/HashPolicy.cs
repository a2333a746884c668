namespace Mesh.Client.Model;

/// <summary>One thing of a request that decides where consistent hashing places it.</summary>
/// <param name="Kind">What is hashed.</param>
/// <param name="Name">Of the header, cookie or query parameter.</param>
/// <param name="IsTerminal">Whether the policies behind it are left out once there is a hash.</param>
internal sealed record HashPolicy(HashPolicyKind Kind, string Name = "", bool IsTerminal = false)
{
    /// <summary>For a header: RE2 that is replaced in its value first; null leaves it as it is.</summary>
    public string? Pattern { get; init; }

    /// <summary>With <see cref="Pattern"/>: <c>\1</c> stands for its first group.</summary>
    public string Substitution { get; init; } = "";

    /// <summary>For a cookie: how one is made when the request has none; null makes none.</summary>
    public CookieTemplate? Cookie { get; init; }
}
