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
    let messages = bucket::operations().len() + messaging::operations().count();
    let others = messages + trail::operations().len() + identity::operations().len();
    let lines = OURS.len() + sandbox::operations().count() + others;
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
        cloudtrail: 25 served, not: CancelQuery CreateChannel CreateDashboard CreateEventDataStore DeleteChannel DeleteDashboard DeleteEventDataStore DescribeQuery DisableFederation EnableFederation GenerateQuery GetChannel GetDashboard GetEventDataStore GetImport GetQueryResults ListChannels ListDashboards ListEventDataStores ListImportFailures ListImports ListInsightsData ListInsightsMetricData ListQueries RestoreEventDataStore SearchSampleQueries StartDashboardRefresh StartEventDataStoreIngestion StartImport StartQuery StopEventDataStoreIngestion StopImport UpdateChannel UpdateDashboard UpdateEventDataStore
        cloudtrail-data: 0 served, not: PutAuditEvents
        iam: 67 served, not: AcceptDelegationRequest AcquireRole AddRoleToInstanceProfile AddUserToGroup AssociateDelegationRequest AttachGroupPolicy ChangePassword CreateDelegationRequest CreateGroup CreateInstanceProfile CreateLoginProfile CreateSAMLProvider CreateServiceLinkedRole CreateServiceSpecificCredential CreateVirtualMFADevice DeactivateMFADevice DeleteAccountPasswordPolicy DeleteGroup DeleteGroupPolicy DeleteInstanceProfile DeleteLoginProfile DeleteSAMLProvider DeleteSSHPublicKey DeleteServerCertificate DeleteServiceLinkedRole DeleteServiceSpecificCredential DeleteSigningCertificate DeleteVirtualMFADevice DetachGroupPolicy DisableOrganizationsRootCredentialsManagement DisableOrganizationsRootSessions DisableOutboundWebIdentityFederation EnableMFADevice EnableOrganizationsRootCredentialsManagement EnableOrganizationsRootSessions EnableOutboundWebIdentityFederation GenerateCredentialReport GenerateOrganizationsAccessReport GenerateServiceLastAccessedDetails GetAccessKeyLastUsed GetAccountAuthorizationDetails GetAccountPasswordPolicy GetAccountProperties GetContextKeysForCustomPolicy GetContextKeysForPrincipalPolicy GetCredentialReport GetDelegationRequest GetGroup GetGroupPolicy GetHumanReadableSummary GetInstanceProfile GetLoginProfile GetMFADevice GetOrganizationsAccessReport GetOutboundWebIdentityFederationInfo GetRoleTemplateVersion GetSAMLProvider GetSSHPublicKey GetServerCertificate GetServiceLastAccessedDetails GetServiceLastAccessedDetailsWithEntities GetServiceLinkedRoleDeletionStatus ListAttachedGroupPolicies ListDelegationRequests ListGroupPolicies ListGroups ListGroupsForUser ListInstanceProfileTags ListInstanceProfiles ListInstanceProfilesForRole ListMFADeviceTags ListMFADevices ListOrganizationsFeatures ListPoliciesGrantingServiceAccess ListSAMLProviderTags ListSAMLProviders ListSSHPublicKeys ListServerCertificateTags ListServerCertificates ListServiceSpecificCredentials ListSigningCertificates ListVirtualMFADevices PutAccountProperties PutGroupPolicy RejectDelegationRequest RemoveRoleFromInstanceProfile RemoveUserFromGroup ResetServiceSpecificCredential ResyncMFADevice SendDelegationToken SetSecurityTokenServicePreferences SimulateCustomPolicy SimulatePrincipalPolicy TagInstanceProfile TagMFADevice TagSAMLProvider TagServerCertificate UntagInstanceProfile UntagMFADevice UntagSAMLProvider UntagServerCertificate UpdateAccountPasswordPolicy UpdateDelegationRequest UpdateGroup UpdateLoginProfile UpdateSAMLProvider UpdateSSHPublicKey UpdateServerCertificate UpdateServiceSpecificCredential UpdateSigningCertificate UploadSSHPublicKey UploadServerCertificate UploadSigningCertificate
        license-manager: 9 served, not: AcceptGrant CheckInLicense CheckoutBorrowLicense CheckoutLicense CreateGrant CreateGrantVersion CreateLicense CreateLicenseAssetGroup CreateLicenseAssetRuleset CreateLicenseConversionTaskForResource CreateLicenseManagerReportGenerator CreateLicenseVersion CreateToken DeleteGrant DeleteLicense DeleteLicenseAssetGroup DeleteLicenseAssetRuleset DeleteLicenseManagerReportGenerator DeleteToken ExtendLicenseConsumption GetAccessToken GetGrant GetLicense GetLicenseAssetGroup GetLicenseAssetRuleset GetLicenseConversionTask GetLicenseManagerReportGenerator GetLicenseUsage GetServiceSettings ListAssetsForLicenseAssetGroup ListAssociationsForLicenseConfiguration ListDistributedGrants ListFailuresForLicenseConfigurationOperations ListLicenseAssetGroups ListLicenseAssetRulesets ListLicenseConfigurationsForOrganization ListLicenseConversionTasks ListLicenseManagerReportGenerators ListLicenseSpecificationsForResource ListLicenseVersions ListLicenses ListReceivedGrants ListReceivedGrantsForOrganization ListReceivedLicenses ListReceivedLicensesForOrganization ListTokens ListUsageForLicenseConfiguration RejectGrant UpdateLicenseAssetGroup UpdateLicenseAssetRuleset UpdateLicenseManagerReportGenerator UpdateLicenseSpecificationsForResource UpdateServiceSettings
        marketplace-agreement: 0 served, not: AcceptAgreementApproval AcceptAgreementCancellationRequest AcceptAgreementPaymentRequest AcceptAgreementRequest BatchCreateBillingAdjustmentRequest CancelAgreement CancelAgreementCancellationRequest CancelAgreementPaymentRequest CancelAgreementRequest CreateAgreementRequest DescribeAgreement GetAgreementApproval GetAgreementCancellationRequest GetAgreementContacts GetAgreementEntitlements GetAgreementPaymentRequest GetAgreementRequest GetAgreementRequestApprovalPlans GetAgreementRequestTerms GetAgreementTerms GetBillingAdjustmentRequest ListAgreementApprovals ListAgreementCancellationRequests ListAgreementCharges ListAgreementInvoiceLineItems ListAgreementPaymentRequests ListAgreementRequests ListBillingAdjustmentRequests RejectAgreementApproval RejectAgreementCancellationRequest RejectAgreementPaymentRequest SearchAgreements SendAgreementCancellationRequest SendAgreementPaymentRequest StartAgreementApprovals UpdatePurchaseOrders
        marketplace-catalog: 6 served, not: BatchDescribeEntities DeleteResourcePolicy DescribeAssessment GetResourcePolicy ListAssessments ListTagsForResource PutResourcePolicy TagResource UntagResource
        marketplace-entitlement: 0 served, not: GetEntitlements
        meteringmarketplace: 1 served, not: MeterUsage RegisterUsage ResolveCustomer
        opentrail: 9 served, not: 
        organizations: 33 served, not: AttachPolicy CloseAccount CreateGovCloudAccount CreateOrganizationalUnit CreatePolicy DeleteOrganizationalUnit DeletePolicy DeleteResourcePolicy DescribeEffectivePolicy DescribeOrganizationalUnit DescribePolicy DescribeResourcePolicy DescribeResponsibilityTransfer DetachPolicy DisablePolicyType EnablePolicyType InviteOrganizationToTransferResponsibility ListAccountsWithInvalidEffectivePolicy ListEffectivePolicyValidationErrors ListInboundResponsibilityTransfers ListOutboundResponsibilityTransfers ListPolicies ListPoliciesForTarget ListTargetsForPolicy MoveAccount PutResourcePolicy TerminateResponsibilityTransfer UpdateOrganizationalUnit UpdatePolicy UpdateResponsibilityTransfer
        s3: 66 served, not: CreateBucketMetadataConfiguration CreateBucketMetadataTableConfiguration CreateSession DeleteBucketAnalyticsConfiguration DeleteBucketCors DeleteBucketIntelligentTieringConfiguration DeleteBucketInventoryConfiguration DeleteBucketMetadataConfiguration DeleteBucketMetadataTableConfiguration DeleteBucketMetricsConfiguration DeleteBucketReplication DeleteBucketWebsite DeleteObjectAnnotation GetBucketAbac GetBucketAnalyticsConfiguration GetBucketIntelligentTieringConfiguration GetBucketInventoryConfiguration GetBucketMetadataConfiguration GetBucketMetadataTableConfiguration GetBucketMetricsConfiguration GetObjectAnnotation GetObjectTorrent ListBucketAnalyticsConfigurations ListBucketIntelligentTieringConfigurations ListBucketInventoryConfigurations ListBucketMetricsConfigurations ListDirectoryBuckets ListObjectAnnotations PutBucketAbac PutBucketAccelerateConfiguration PutBucketAnalyticsConfiguration PutBucketCors PutBucketIntelligentTieringConfiguration PutBucketInventoryConfiguration PutBucketMetricsConfiguration PutBucketReplication PutBucketWebsite PutObjectAnnotation RenameObject RestoreObject SelectObjectContent UpdateBucketMetadataAnnotationTableConfiguration UpdateBucketMetadataInventoryTableConfiguration UpdateBucketMetadataJournalTableConfiguration UpdateObjectEncryption WriteGetObjectResponse
        sns: 19 served, not: CheckIfPhoneNumberIsOptedOut CreatePlatformApplication CreatePlatformEndpoint CreateSMSSandboxPhoneNumber DeleteEndpoint DeletePlatformApplication DeleteSMSSandboxPhoneNumber GetDataProtectionPolicy GetEndpointAttributes GetPlatformApplicationAttributes GetSMSAttributes GetSMSSandboxAccountStatus ListEndpointsByPlatformApplication ListOriginationNumbers ListPhoneNumbersOptedOut ListPlatformApplications ListSMSSandboxPhoneNumbers OptInPhoneNumber PutDataProtectionPolicy SetEndpointAttributes SetPlatformApplicationAttributes SetSMSAttributes VerifySMSSandboxPhoneNumber
        sqs: 20 served, not: CancelMessageMoveTask ListMessageMoveTasks StartMessageMoveTask
        sts: 6 served, not: AssumeRoleWithSAML AssumeRoot DecodeAuthorizationMessage GetDelegatedAccessToken GetWebIdentityToken
    "]].assert_eq(&text);
}
