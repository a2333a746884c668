using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Identity.Servers;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Istio.Auth;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Identity.Issuing;

/// <summary>Asks the authority of the control plane (Istio's certificate service) with the certificate that is still valid, or with the token.</summary>
/// <param name="channels">Opens the connection.</param>
/// <param name="credentials">The token, if there is one.</param>
/// <param name="readAddresses">Of control planes, as they are now.</param>
/// <param name="settings">What is asked for.</param>
/// <param name="time">The clock of deadlines.</param>
internal sealed class CertificateIssuer(
    ControlPlaneChannels channels, ControlPlaneCredentials credentials, Func<IReadOnlyList<Uri>> readAddresses, IssuanceSettings settings, TimeProvider time) : ICertificateIssuer
{
    private const string WorkloadNameKey = "WorkloadName";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    // A token in a file is kept fresh by somebody; one in a setting is for enrolment, and may have had its time. What is turned away is changed for the other.
    private bool _preferToken = credentials.TokenFile is not null;

    public async Task<IReadOnlyList<string>> IssueAsync(string signingRequest, CancellationToken cancellationToken)
    {
        var addresses = readAddresses().Where(address => address.Scheme == System.Uri.UriSchemeHttps).ToArray();
        if (addresses.Length == 0)
        {
            throw new CertificateUnavailableException("no control plane with TLS is known: name one in Mesh:ControlPlane, such as https://127.0.0.1:15012");
        }

        for (var index = 0; ; index++)
        {
            try
            {
                return await IssueAsync(addresses[index], signingRequest, cancellationToken).ConfigureAwait(false);
            }
            catch (GrpcException exception) when (exception.Code is GrpcStatusCode.Unauthenticated or GrpcStatusCode.PermissionDenied)
            {
                _preferToken = !_preferToken;
                throw new CertificateUnavailableException($"{addresses[index]} does not accept who this process says it is ({exception.Code}): {exception.Detail}", exception);
            }
            catch (Exception exception) when (exception is GrpcException or CertificateUnavailableException && index + 1 < addresses.Length)
            {
                // The next control plane of the list may be there.
            }
            catch (GrpcException exception)
            {
                throw new CertificateUnavailableException($"{addresses[index]} cannot be asked: {channels.LastRefusal ?? exception.Detail}", exception);
            }
        }
    }

    private async Task<IReadOnlyList<string>> IssueAsync(Uri address, string signingRequest, CancellationToken cancellationToken)
    {
        using var channel = channels.Create(address, files: null, new GrpcChannelOptions { TimeProvider = time }, _preferToken);
        var request = new IstioCertificateRequest
        {
            Csr = signingRequest,
            ValidityDuration = (long)settings.Lifetime.TotalSeconds,
            Metadata = new Struct { Fields = { [WorkloadNameKey] = Value.ForString(settings.WorkloadName) } },
        };
        var response = await channel.UnaryAsync(CertificateMethods.CreateCertificate, request, new GrpcCallOptions { Timeout = Deadline }, cancellationToken).ConfigureAwait(false);
        return response.CertChain;
    }
}
