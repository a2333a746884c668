using System.Net.Security;
using System.Text;

namespace Mesh.Server.Transport.Peeking;

/// <summary>Reads the fields of a ClientHello message.</summary>
internal static class ClientHelloBody
{
    private const int VersionLength = 2;
    private const int RandomLength = 32;
    private const int MaxSessionIdLength = 32;
    private const int MaxServerNameLength = 255;
    private const ushort ServerNameExtension = 0;
    private const ushort AlpnExtension = 16;
    private const byte HostName = 0;

    private static ReadOnlySpan<byte> MeshPrefix => "istio"u8;

    /// <summary>False when it breaks the rules.</summary>
    public static bool Read(ReadOnlySpan<byte> body, out ClientHello hello)
    {
        hello = default;
        var fields = new HelloFields(body);
        if (!fields.TryTake(VersionLength + RandomLength, out _)
            || !fields.TryTakeShortVector(out var session) || session.Length > MaxSessionIdLength
            || !fields.TryTakeVector(out var suites) || suites.Length < 2 || suites.Length % 2 != 0
            || !fields.TryTakeShortVector(out var compressions) || compressions.IsEmpty)
        {
            return false;
        }

        // TLS 1.2 allows a hello without extensions.
        return fields.IsEmpty || (fields.TryTakeVector(out var extensions) && fields.IsEmpty && ReadExtensions(extensions, out hello));
    }

    private static bool ReadExtensions(ReadOnlySpan<byte> extensions, out ClientHello hello)
    {
        hello = default;
        var (hasName, hasAlpn) = (false, false);
        var fields = new HelloFields(extensions);
        while (!fields.IsEmpty)
        {
            if (!fields.TryTakeUInt16(out var type) || !fields.TryTakeVector(out var content))
            {
                return false;
            }

            // There is one of a kind at most (RFC 8446 4.2): two could mean two things to two readers.
            if (type == ServerNameExtension)
            {
                if (hasName || !ReadServerName(content, ref hello))
                {
                    return false;
                }

                hasName = true;
            }
            else if (type == AlpnExtension)
            {
                if (hasAlpn || !ReadProtocols(content, ref hello))
                {
                    return false;
                }

                hasAlpn = true;
            }
        }

        return true;
    }

    private static bool ReadServerName(ReadOnlySpan<byte> content, ref ClientHello hello)
    {
        var fields = new HelloFields(content);
        if (!fields.TryTakeVector(out var list) || !fields.IsEmpty || list.IsEmpty)
        {
            return false;
        }

        var names = new HelloFields(list);
        while (!names.IsEmpty)
        {
            if (!names.TryTakeByte(out var type) || !names.TryTakeVector(out var name))
            {
                return false;
            }

            if (type != HostName)
            {
                continue;
            }

            // Printable ASCII: it goes into logs and conditions.
            if (hello.ServerName is not null || name.Length is 0 or > MaxServerNameLength || name.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
            {
                return false;
            }

            hello = hello with { ServerName = Encoding.ASCII.GetString(name) };
        }

        return true;
    }

    private static bool ReadProtocols(ReadOnlySpan<byte> content, ref ClientHello hello)
    {
        var fields = new HelloFields(content);
        if (!fields.TryTakeVector(out var list) || !fields.IsEmpty || list.IsEmpty)
        {
            return false;
        }

        var names = new HelloFields(list);
        while (!names.IsEmpty)
        {
            if (!names.TryTakeShortVector(out var name) || name.IsEmpty)
            {
                return false;
            }

            if (name.SequenceEqual("h2"u8) || name.SequenceEqual("http/1.1"u8))
            {
                hello = hello with { OffersHttp = true };
            }
            else if (hello.MeshProtocol is null && name.StartsWith(MeshPrefix))
            {
                hello = hello with { MeshProtocol = new SslApplicationProtocol(name.ToArray()) };
            }
        }

        return true;
    }
}
