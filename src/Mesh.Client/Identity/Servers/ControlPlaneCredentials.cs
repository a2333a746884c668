namespace Mesh.Client.Identity.Servers;

/// <summary>What this process was given to enrol with.</summary>
/// <param name="TrustDomain">Of the mesh.</param>
/// <param name="Token">The text itself; null for none.</param>
/// <param name="TokenFile">Where it stands; read at every use, as others replace it.</param>
/// <param name="RootCertificates">A PEM file with the roots that the control plane's server certificate is of; null for what else is known.</param>
internal sealed record ControlPlaneCredentials(string TrustDomain, string? Token, string? TokenFile, string? RootCertificates)
{
    public bool HasToken => Token is not null || TokenFile is not null;

    /// <summary>The token as it is now; null when there is none to be had.</summary>
    /// <exception cref="CertificateUnavailableException">The file cannot be read.</exception>
    public string? ReadToken()
    {
        if (TokenFile is null)
        {
            return Token;
        }

        try
        {
            return File.ReadAllText(TokenFile).Trim() is { Length: > 0 } text
                ? text
                : throw new CertificateUnavailableException($"the token file '{TokenFile}' is empty");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CertificateUnavailableException($"the token file cannot be read: {exception.Message}", exception);
        }
    }
}
