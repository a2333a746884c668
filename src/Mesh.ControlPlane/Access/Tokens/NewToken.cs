namespace Mesh.ControlPlane.Access.Tokens;

/// <summary>A token that was just made: the only time that its text is there to be shown.</summary>
internal sealed record NewToken(string Text, TokenRecord Record);
