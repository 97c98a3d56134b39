use std::collections::BTreeSet;
use std::fmt::Write as _;

use expect_test::expect;
use wire::model::Models;

use super::*;

#[test]
fn every_line_is_a_modelled_operation() {
    let models = Models::built_in();
    let mut seen = BTreeSet::new();
    for operation in Operations::new().iter() {
        let service = models.service(operation.service).expect(operation.service);
        assert!(service.operation(operation.name).is_some(), "{}", operation.name);
        assert!(seen.insert((operation.service, operation.name)));
    }
    let lines = OURS.len() + sandbox::operations().count() + identity::operations().len();
    assert_eq!(lines, seen.len(), "an operation stands in the table twice");
}

/// What is modelled and not served, so that nobody drops an operation or forgets to claim one.
#[test]
fn what_is_not_served_is_known() {
    let models = Models::built_in();
    let operations = Operations::new();
    let mut text = String::new();
    for service in models.services() {
        let missing: Vec<_> = service
            .operations()
            .filter(|operation| operations.get(service.name, operation.name).is_none())
            .map(|operation| operation.name)
            .collect();
        let served = service.operations().count() - missing.len();
        let missing = missing.join(" ");
        writeln!(text, "{}: {served} served, not: {missing}", service.name).unwrap();
    }
    expect![[r"
        cloudtrail: 1 served, not: AddTags CancelQuery CreateChannel CreateDashboard CreateEventDataStore CreateTrail DeleteChannel DeleteDashboard DeleteEventDataStore DeleteResourcePolicy DeleteTrail DeregisterOrganizationDelegatedAdmin DescribeQuery DescribeTrails DisableFederation EnableFederation GenerateQuery GetChannel GetDashboard GetEventConfiguration GetEventDataStore GetEventSelectors GetImport GetInsightSelectors GetQueryResults GetResourcePolicy GetTrail GetTrailStatus ListChannels ListDashboards ListEventDataStores ListImportFailures ListImports ListInsightsData ListInsightsMetricData ListPublicKeys ListQueries ListTags ListTrails PutEventConfiguration PutEventSelectors PutInsightSelectors PutResourcePolicy RegisterOrganizationDelegatedAdmin RemoveTags RestoreEventDataStore SearchSampleQueries StartDashboardRefresh StartEventDataStoreIngestion StartImport StartLogging StartQuery StopEventDataStoreIngestion StopImport StopLogging UpdateChannel UpdateDashboard UpdateEventDataStore UpdateTrail
        cloudtrail-data: 0 served, not: PutAuditEvents
        iam: 67 served, not: AcceptDelegationRequest AcquireRole AddRoleToInstanceProfile AddUserToGroup AssociateDelegationRequest AttachGroupPolicy ChangePassword CreateDelegationRequest CreateGroup CreateInstanceProfile CreateLoginProfile CreateSAMLProvider CreateServiceLinkedRole CreateServiceSpecificCredential CreateVirtualMFADevice DeactivateMFADevice DeleteAccountPasswordPolicy DeleteGroup DeleteGroupPolicy DeleteInstanceProfile DeleteLoginProfile DeleteSAMLProvider DeleteSSHPublicKey DeleteServerCertificate DeleteServiceLinkedRole DeleteServiceSpecificCredential DeleteSigningCertificate DeleteVirtualMFADevice DetachGroupPolicy DisableOrganizationsRootCredentialsManagement DisableOrganizationsRootSessions DisableOutboundWebIdentityFederation EnableMFADevice EnableOrganizationsRootCredentialsManagement EnableOrganizationsRootSessions EnableOutboundWebIdentityFederation GenerateCredentialReport GenerateOrganizationsAccessReport GenerateServiceLastAccessedDetails GetAccessKeyLastUsed GetAccountAuthorizationDetails GetAccountPasswordPolicy GetAccountProperties GetContextKeysForCustomPolicy GetContextKeysForPrincipalPolicy GetCredentialReport GetDelegationRequest GetGroup GetGroupPolicy GetHumanReadableSummary GetInstanceProfile GetLoginProfile GetMFADevice GetOrganizationsAccessReport GetOutboundWebIdentityFederationInfo GetRoleTemplateVersion GetSAMLProvider GetSSHPublicKey GetServerCertificate GetServiceLastAccessedDetails GetServiceLastAccessedDetailsWithEntities GetServiceLinkedRoleDeletionStatus ListAttachedGroupPolicies ListDelegationRequests ListGroupPolicies ListGroups ListGroupsForUser ListInstanceProfileTags ListInstanceProfiles ListInstanceProfilesForRole ListMFADeviceTags ListMFADevices ListOrganizationsFeatures ListPoliciesGrantingServiceAccess ListSAMLProviderTags ListSAMLProviders ListSSHPublicKeys ListServerCertificateTags ListServerCertificates ListServiceSpecificCredentials ListSigningCertificates ListVirtualMFADevices PutAccountProperties PutGroupPolicy RejectDelegationRequest RemoveRoleFromInstanceProfile RemoveUserFromGroup ResetServiceSpecificCredential ResyncMFADevice SendDelegationToken SetSecurityTokenServicePreferences SimulateCustomPolicy SimulatePrincipalPolicy TagInstanceProfile TagMFADevice TagSAMLProvider TagServerCertificate UntagInstanceProfile UntagMFADevice UntagSAMLProvider UntagServerCertificate UpdateAccountPasswordPolicy UpdateDelegationRequest UpdateGroup UpdateLoginProfile UpdateSAMLProvider UpdateSSHPublicKey UpdateServerCertificate UpdateServiceSpecificCredential UpdateSigningCertificate UploadSSHPublicKey UploadServerCertificate UploadSigningCertificate
        license-manager: 9 served, not: AcceptGrant CheckInLicense CheckoutBorrowLicense CheckoutLicense CreateGrant CreateGrantVersion CreateLicense CreateLicenseAssetGroup CreateLicenseAssetRuleset CreateLicenseConversionTaskForResource CreateLicenseManagerReportGenerator CreateLicenseVersion CreateToken DeleteGrant DeleteLicense DeleteLicenseAssetGroup DeleteLicenseAssetRuleset DeleteLicenseManagerReportGenerator DeleteToken ExtendLicenseConsumption GetAccessToken GetGrant GetLicense GetLicenseAssetGroup GetLicenseAssetRuleset GetLicenseConversionTask GetLicenseManagerReportGenerator GetLicenseUsage GetServiceSettings ListAssetsForLicenseAssetGroup ListAssociationsForLicenseConfiguration ListDistributedGrants ListFailuresForLicenseConfigurationOperations ListLicenseAssetGroups ListLicenseAssetRulesets ListLicenseConfigurationsForOrganization ListLicenseConversionTasks ListLicenseManagerReportGenerators ListLicenseSpecificationsForResource ListLicenseVersions ListLicenses ListReceivedGrants ListReceivedGrantsForOrganization ListReceivedLicenses ListReceivedLicensesForOrganization ListTokens ListUsageForLicenseConfiguration RejectGrant UpdateLicenseAssetGroup UpdateLicenseAssetRuleset UpdateLicenseManagerReportGenerator UpdateLicenseSpecificationsForResource UpdateServiceSettings
        marketplace-agreement: 0 served, not: AcceptAgreementApproval AcceptAgreementCancellationRequest AcceptAgreementPaymentRequest AcceptAgreementRequest BatchCreateBillingAdjustmentRequest CancelAgreement CancelAgreementCancellationRequest CancelAgreementPaymentRequest CancelAgreementRequest CreateAgreementRequest DescribeAgreement GetAgreementApproval GetAgreementCancellationRequest GetAgreementContacts GetAgreementEntitlements GetAgreementPaymentRequest GetAgreementRequest GetAgreementRequestApprovalPlans GetAgreementRequestTerms GetAgreementTerms GetBillingAdjustmentRequest ListAgreementApprovals ListAgreementCancellationRequests ListAgreementCharges ListAgreementInvoiceLineItems ListAgreementPaymentRequests ListAgreementRequests ListBillingAdjustmentRequests RejectAgreementApproval RejectAgreementCancellationRequest RejectAgreementPaymentRequest SearchAgreements SendAgreementCancellationRequest SendAgreementPaymentRequest StartAgreementApprovals UpdatePurchaseOrders
        marketplace-catalog: 6 served, not: BatchDescribeEntities DeleteResourcePolicy DescribeAssessment GetResourcePolicy ListAssessments ListTagsForResource PutResourcePolicy TagResource UntagResource
        marketplace-entitlement: 0 served, not: GetEntitlements
        meteringmarketplace: 1 served, not: MeterUsage RegisterUsage ResolveCustomer
        opentrail: 7 served, not: 
        sts: 6 served, not: AssumeRoleWithSAML AssumeRoot DecodeAuthorizationMessage GetDelegatedAccessToken GetWebIdentityToken
    "]].assert_eq(&text);
}
