using System.Collections.Immutable;
using System.Security.Cryptography;
using Mesh.ControlPlane.Storage;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Authority.Roots;

/// <summary>Reads the roots of other trust domains from their files, and reads them again when a file has changed.</summary>
internal sealed class FederatedBundles
{
    private readonly ImmutableSortedDictionary<string, string> _files;
    private readonly ILogger _logger;
    private ImmutableSortedDictionary<string, byte[]> _contents = ImmutableSortedDictionary<string, byte[]>.Empty;

    /// <exception cref="AuthorityException">A file is missing or holds no root.</exception>
    public FederatedBundles(ImmutableSortedDictionary<string, string> files, ILogger logger)
    {
        (_files, _logger) = (files, logger);
        foreach (var (trustDomain, file) in files)
        {
            try
            {
                Take(trustDomain, file);
            }
            catch (Exception exception) when (exception is IOException or CryptographicException)
            {
                throw new AuthorityException($"The bundle of trust domain '{trustDomain}' cannot be used: {exception.Message}", exception);
            }
        }
    }

    public ImmutableSortedDictionary<string, TrustBundle> Current { get; private set; } = ImmutableSortedDictionary<string, TrustBundle>.Empty;

    /// <summary>Reads changed files; one that cannot be used leaves what was read before.</summary>
    /// <returns>Whether any bundle changed.</returns>
    public bool Refresh()
    {
        var changed = false;
        foreach (var (trustDomain, file) in _files)
        {
            try
            {
                changed |= Take(trustDomain, file);
            }
            catch (Exception exception) when (exception is IOException or CryptographicException)
            {
                AuthorityLog.FederatedBundleKept(_logger, trustDomain, exception.Message);
            }
        }

        return changed;
    }

    private bool Take(string trustDomain, string file)
    {
        var content = OwnerOnlyFile.Read(file, isSecret: false) ?? throw new StateException($"{file} is missing: expected root certificates in PEM.");
        if (_contents.TryGetValue(trustDomain, out var known) && known.AsSpan().SequenceEqual(content))
        {
            return false;
        }

        Current = Current.SetItem(trustDomain, TrustBundle.Parse(trustDomain, System.Text.Encoding.UTF8.GetString(content)));
        _contents = _contents.SetItem(trustDomain, content);
        return true;
    }
}
