namespace Mesh.Server.Authorization.Engine;

/// <summary>Whether a condition holds (Kleene's logic).</summary>
/// <remarks>
/// <see cref="Unknown"/> stands for "for a part of what it is about": one of several values of a header, one of several spellings of a
/// path, an identity that is not there. A rule that lets requests pass needs <see cref="True"/>; one that refuses them takes anything but <see cref="False"/>.
/// </remarks>
internal enum Truth : byte
{
    False,
    Unknown,
    True,
}
