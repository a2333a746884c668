using System.Security.Cryptography;

namespace Mesh.ControlPlane.Authority.Signing;

/// <summary>Makes serial numbers that nobody can guess (CA/Browser Forum 7.1: at least 64 random bits).</summary>
internal static class SerialNumber
{
    private const int Bytes = 16;

    public static byte[] Next()
    {
        var serial = RandomNumberGenerator.GetBytes(Bytes);

        // Positive and without a leading zero, so that its text always has the same length.
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }
}
