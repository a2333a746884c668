namespace Mesh.ControlPlane.Generation.Gateways;

/// <summary>istiod's name of a credential over SDS: <c>kubernetes://NAME</c> of the client's own namespace, <c>kubernetes://NAMESPACE/NAME</c> or <c>kubernetes-gateway://NAMESPACE/NAME</c>; with <c>-cacert</c> behind it the roots by which peers are verified.</summary>
internal static class CredentialName
{
    public const string RootsSuffix = "-cacert";

    private const string Scheme = "kubernetes://";
    private const string QualifiedScheme = "kubernetes-gateway://";

    public static string Of(string credential) => credential.Contains("://", StringComparison.Ordinal) ? credential : Scheme + credential;

    public static string OfRoots(string credential) =>
        Of(credential) is var name && name.EndsWith(RootsSuffix, StringComparison.Ordinal) ? name : Of(credential) + RootsSuffix;

    /// <summary>The roots by which a client that originates TLS verifies its server: always another name, as istiod has it.</summary>
    public static string OfServerRoots(string credential) => Of(credential) + RootsSuffix;

    /// <summary>Whether a resource's credential is a Secret, rather than none, or one that goes with the cluster.</summary>
    public static bool IsSecret(string credential) => credential.Length > 0 && Parse(Of(credential)) is not null;

    /// <summary>The Secret that it names, and its namespace unless that is the client's; null for any other name.</summary>
    public static (string? Namespace, string Name)? Parse(string name) =>
        name.StartsWith(Scheme, StringComparison.Ordinal) ? name[Scheme.Length..].Split('/', 2) is [var own, var qualified] ? (own, qualified) : (null, name[Scheme.Length..])
        : name.StartsWith(QualifiedScheme, StringComparison.Ordinal) && name[QualifiedScheme.Length..].Split('/') is [var @namespace, var secret] ? (@namespace, secret)
        : null;
}
