namespace Mesh.Client.Identity.Issuing;

/// <summary>An authority that signs certificates of this process.</summary>
internal interface ICertificateIssuer
{
    /// <param name="signingRequest">In PEM.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Leaf, intermediates and root in PEM.</returns>
    /// <exception cref="Exception">It was refused or could not be asked; the message tells why.</exception>
    Task<IReadOnlyList<string>> IssueAsync(string signingRequest, CancellationToken cancellationToken);
}
