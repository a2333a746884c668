using System.Text;
using Mesh.Config.Files;

namespace Mesh.Cli.Certificates;

/// <summary>Writes certificate files whole or not at all, for their owner alone.</summary>
internal sealed class CertificateFolder(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The key first: a reader that sees the new certificate finds the key that belongs to it.</summary>
    public void Write(IssuedFiles issued)
    {
        try
        {
            Directory.CreateDirectory(path);
            Write("key.pem", issued.Key);
            Write("cert-chain.pem", issued.Chain);
            Write("root-cert.pem", issued.Roots);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The files cannot be written: {exception.Message}", innerException: exception);
        }
    }

    private void Write(string name, string content) => AtomicFile.Write(Path.GetFullPath(Path.Combine(path, name)), Encoding.UTF8.GetBytes(content), OwnerOnly);
}
