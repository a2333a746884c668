namespace Mesh.ControlPlane.Authority.Callers;

/// <summary>Asks somebody who knows whether a service-account token is good.</summary>
internal interface ITokenReviewer
{
    ValueTask<TokenReview> ReviewAsync(string token, CancellationToken cancellationToken);
}
