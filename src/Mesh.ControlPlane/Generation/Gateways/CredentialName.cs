namespace Mesh.ControlPlane.Generation.Gateways;

/// <summary>istiod's name of a credential over SDS: <c>kubernetes://NAME</c>, and with <c>-cacert</c> behind it for the roots by which clients are verified.</summary>
internal static class CredentialName
{
    public const string RootsSuffix = "-cacert";

    private const string Scheme = "kubernetes://";

    public static string Of(string credential) => credential.StartsWith(Scheme, StringComparison.Ordinal) ? credential : Scheme + credential;

    public static string OfRoots(string credential) =>
        Of(credential) is var name && name.EndsWith(RootsSuffix, StringComparison.Ordinal) ? name : Of(credential) + RootsSuffix;

    /// <summary>The Secret that it names; null for any other name.</summary>
    public static string? Parse(string name) => name.StartsWith(Scheme, StringComparison.Ordinal) ? name[Scheme.Length..] : null;
}
